import type { Credentials } from "../model/device.ts";
import type { Issued } from "../model/entry.ts";
import { Secret } from "../model/secret.ts";
import { z } from "zod";
import { createLineFile, type WriteBytes } from "./line-file.ts";
import { damagedFile } from "./open-file.ts";
import { readLines } from "./read-lines.ts";
import { left, seqSchema } from "./schema-parts.ts";
import { OWN_FILE } from "./whole-file.ts";
import { jsonText } from "../writing/json-text.ts";

export interface Roster {
  add(issued: Issued): void;
  flush(): void;
  close(): void;
  readonly failed: Promise<Error>;
}

/** Creates the file, 0600 from the first moment. Throws RollcallError "results-file". */
export function createRoster(path: string, write?: WriteBytes): Roster {
  const file = createLineFile({ path, mode: OWN_FILE, write });
  return {
    failed: file.failed,
    flush: () => file.flush(),
    add: (issued) => file.add(rosterLine(issued)),
    close: () => file.close(),
  };
}

/** As a roster has it: with its secrets. */
export function rosterLine({ seq, name, credentials, place }: Issued): string {
  return jsonText({ seq, name, credentials: inClear(credentials), place });
}

/**
 * Issued credentials in the order of issue. A torn last line, of a crashed generator, is left out. Throws RollcallError
 * "damaged-file", which names the line and never what is in it.
 */
export async function* readRoster(path: string): AsyncGenerator<Issued> {
  let number = 0;
  for await (const { lines } of readLines(path)) {
    for (const line of lines) {
      number += 1;
      const issued = parse(line);
      if (issued === undefined) throw damagedFile(path, ROSTER, `line ${number} is damaged`);
      const { seq, name, credentials, place } = issued;
      yield { seq, name, credentials: asCredentials(credentials), ...(place === undefined ? {} : { place }) };
    }
  }
}

const ROSTER = {
  what: "a roster",
  hint: "Take the file from a copy of the run's folder; without that line its device can no longer be called.",
} as const;

const text = z.string();
const line = z.object({
  seq: seqSchema,
  name: left(text),
  credentials: z.discriminatedUnion("type", [
    z.object({ type: z.literal("ACCESS_TOKEN"), token: text }),
    z.object({
      type: z.literal("MQTT_BASIC"),
      clientId: text.optional(),
      username: text.optional(),
      password: text.optional(),
    }),
    z.object({ type: z.literal("X509_CERTIFICATE"), certificate: text, privateKey: text.optional() }),
    z.object({ type: z.literal("LWM2M_CREDENTIALS") }),
  ]),
  place: text.optional(),
});

function parse(written: string): z.output<typeof line> | undefined {
  try {
    return line.safeParse(JSON.parse(written)).data;
  } catch {
    return undefined;
  }
}

/** Reads the rosters of all generators, one after the other. */
export async function* readRosters(files: readonly { readonly path: string }[]): AsyncGenerator<Issued> {
  for (const { path } of files) yield* readRoster(path);
}

/** Credentials as the roster has them: secrets as plain strings, what is missing left out. */
type InClear =
  | { readonly type: "ACCESS_TOKEN"; readonly token: string }
  | {
      readonly type: "MQTT_BASIC";
      readonly clientId?: string | undefined;
      readonly username?: string | undefined;
      readonly password?: string | undefined;
    }
  | { readonly type: "X509_CERTIFICATE"; readonly certificate: string; readonly privateKey?: string | undefined }
  | { readonly type: "LWM2M_CREDENTIALS" };

function inClear(credentials: Credentials): InClear {
  switch (credentials.type) {
    case "ACCESS_TOKEN":
      return { ...credentials, token: credentials.token.reveal() };
    case "MQTT_BASIC":
      return { ...credentials, password: credentials.password?.reveal() };
    case "X509_CERTIFICATE":
      return { ...credentials, privateKey: credentials.privateKey?.reveal() };
    case "LWM2M_CREDENTIALS":
      return credentials;
  }
}

function asCredentials(clear: InClear): Credentials {
  switch (clear.type) {
    case "ACCESS_TOKEN":
      return { type: clear.type, token: new Secret(clear.token) };
    case "MQTT_BASIC":
      return {
        type: clear.type,
        clientId: clear.clientId,
        username: clear.username,
        password: asSecret(clear.password),
      };
    case "X509_CERTIFICATE":
      return { type: clear.type, certificate: clear.certificate, privateKey: asSecret(clear.privateKey) };
    case "LWM2M_CREDENTIALS":
      return clear;
  }
}

function asSecret(clear: string | undefined): Secret | undefined {
  return clear === undefined ? undefined : new Secret(clear);
}
