import type { Credentials } from "../model/device.ts";
import type { Target, Timeouts } from "../model/plan.ts";
import { type Admission, type HeldSession, type Login, WireError } from "../model/ports.ts";
import { askCoap } from "../wires/coap/coap-exchange.ts";
import { createHttpExchange } from "../wires/http/http-exchange.ts";
import type { Speech } from "./speech.ts";

/** Sends one message of a device, under its token. Gives what was said against it; rejects with WireError. */
export interface Post {
  send(token: string, body: string, stop: AbortSignal): Promise<string | undefined>;
  close(): Promise<void>;
}

type SpeakerTimeouts = Pick<Timeouts, "connect" | "answer">;

export function createHttpPost(target: Target, { connect, answer }: SpeakerTimeouts, { what }: Speech): Post {
  const http = createHttpExchange(target, { connect, answer });
  return {
    async send(token, body, stop) {
      const path = `/api/v1/${encodeURIComponent(token)}/${what}`;
      const { status } = await http.ask({ method: "POST", path, body }, { connected: () => undefined }, stop);
      return status === 200 ? undefined : `HTTP ${status}`;
    },
    close: () => http.close(),
  };
}

export function createCoapPost(target: Target, { answer }: SpeakerTimeouts, { what }: Speech): Post {
  return {
    async send(token, payload, stop) {
      const path = ["api", "v1", token, what];
      const { code } = await askCoap(target, { path, payload }, answer, { connected: () => undefined }, stop);
      return code.startsWith("2.") ? undefined : `CoAP ${code}`;
    },
    close: () => Promise.resolve(),
  };
}

/**
 * A device of a background over a transport without sessions: each message is a request of its own, under the token that its
 * login has shown to be good. There is nothing that could be lost between two of them.
 */
export function createRequestSpeaker(login: Login, post: Post, speech: Speech): Login {
  return {
    async login(credentials, mark, stop): Promise<Admission> {
      const { verdict } = await login.login(credentials, mark, stop);
      const admitted = verdict.state === "connected" && credentials.type === "ACCESS_TOKEN";
      return { verdict, session: admitted ? talkOf(credentials, post, speech) : undefined };
    },
    close: () => Promise.all([login.close(), post.close()]).then(() => undefined),
  };
}

function talkOf(
  { token }: Extract<Credentials, { type: "ACCESS_TOKEN" }>,
  post: Post,
  { message }: Speech,
): HeldSession {
  const over = new AbortController();
  return {
    lost: new Promise(() => undefined),
    close() {
      over.abort();
      return Promise.resolve();
    },
    publish(heard) {
      void post.send(token.reveal(), message(), over.signal).then(heard, (error: unknown) => {
        // What nobody answers is heard of no more: its time is over for whoever sent it, too.
        const silent = error instanceof WireError && (error.kind === "aborted" || error.kind === "answer-timeout");
        if (!silent) heard(error instanceof WireError ? error.detail : String(error));
      });
    },
  };
}
