import type { MqttVersion } from "../model/plan.ts";
import type { HeldSession } from "../model/ports.ts";
import { FIRST_ERROR, reasonName } from "../wires/mqtt/reason-codes.ts";
import type { MqttSession } from "../wires/mqtt/session.ts";
import { TELEMETRY_TOPIC } from "./proof.ts";

/** What a device says again and again: where, and each message. */
export interface Speech {
  readonly topic: string;
  /** The same in the path of a request. */
  readonly what: "telemetry" | "attributes";
  readonly message: () => string;
}

const ATTRIBUTES_TOPIC = "v1/devices/me/attributes";

/** Not that of the proof: what a device proved in the roll call of its own run may be looked for later. */
const BACKGROUND_KEY = "rollcall-background";

/** The run that made a device say it, and a number that is another one each time. */
export function createSpeech(publish: "telemetry" | "attributes", run: string): Speech {
  let said = 0;
  return {
    what: publish,
    topic: publish === "telemetry" ? TELEMETRY_TOPIC : ATTRIBUTES_TOPIC,
    message() {
      said += 1;
      return JSON.stringify({ [BACKGROUND_KEY]: `${run} ${said}` });
    },
  };
}

/** One session's speech, QoS 1. */
export interface Talk {
  acknowledged(code: number, said?: string): void;
  over(session: MqttSession): NonNullable<HeldSession["publish"]>;
}

/** An error in a PUBACK is of MQTT 5 alone; where ThingsBoard refuses a message it closes the session, too (contract, section 4). */
export function createTalk({ topic, message }: Speech, version: MqttVersion): Talk {
  let hears: ((refusal: string | undefined) => void) | undefined;
  return {
    acknowledged(code, said = "") {
      const heard = hears;
      hears = undefined;
      heard?.(code >= FIRST_ERROR ? `PUBACK ${reasonName(code, version)}${said}` : undefined);
    },
    over: (session) => (heard) => {
      hears = heard;
      session.publish(topic, message(), 1);
    },
  };
}
