import type { AdminFixtures, RestAnswer } from "../case.ts";

/** A refusal, by its numbers. */
export function codeOf({ status, body }: RestAnswer): string {
  return `${status}, code ${String(body["errorCode"])}`;
}

/** The same, and the server's words where they are not `said`. */
export function saidOf(answer: RestAnswer, said: string): string {
  const { message } = answer.body;
  return message === said ? codeOf(answer) : `${codeOf(answer)}: ${String(message)}`;
}

/** Of anything that has one. */
function idIn(body: RestAnswer["body"]): string {
  const id = body["id"] as { readonly id?: unknown } | undefined;
  return typeof id?.id === "string" ? id.id : "";
}

/** Asks for something that must be refused; what a server makes of it all the same is taken away again. */
export async function refusedBy(
  { rest }: AdminFixtures,
  what: "device" | "deviceProfile",
  path: string,
  body: unknown,
): Promise<RestAnswer> {
  const answer = await rest("POST", path, body);
  if (answer.status === 200) await rest("DELETE", `/api/${what}/${idIn(answer.body)}`);
  return answer;
}

/** As the server has stored them for the device of that name. */
export async function credentialsOf(admin: AdminFixtures, name: string): Promise<RestAnswer["body"]> {
  return (await admin.rest("GET", `/api/device/${await deviceId(admin, name)}/credentials`)).body;
}

/** Path of the device's server-side attributes. */
export async function attributesOf(admin: AdminFixtures, name: string): Promise<string> {
  return `/api/plugins/telemetry/DEVICE/${await deviceId(admin, name)}/SERVER_SCOPE`;
}

async function deviceId({ rest }: AdminFixtures, name: string): Promise<string> {
  return idIn((await rest("GET", `/api/tenant/devices?deviceName=${encodeURIComponent(name)}`)).body);
}
