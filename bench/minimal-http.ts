/**
 * The same over HTTP: each device asks for an access token of the server's making, then for its attributes with it.
 *
 * node minimal-http.ts <port> <devices> <concurrency> <key> <secret>
 */
import { each } from "./each.ts";

const [port = "", devices = "", concurrency = "", key = "", secret = ""] = process.argv.slice(2);
const api = `http://127.0.0.1:${port}/api/v1`;

async function provision(index: number): Promise<string> {
  const name = `bench-${process.pid}-${index}`;
  const response = await fetch(`${api}/provision`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      deviceName: name,
      provisionDeviceKey: key,
      provisionDeviceSecret: secret,
      credentialsType: "ACCESS_TOKEN",
      token: `${name}-token`,
    }),
  });
  const answer = (await response.json()) as { readonly status: string; readonly credentialsValue: string };
  if (answer.status !== "SUCCESS") throw new Error(JSON.stringify(answer));
  return answer.credentialsValue;
}

async function logIn(token: string): Promise<void> {
  const response = await fetch(`${api}/${token}/attributes?clientKeys=&sharedKeys=`);
  await response.text();
  if (response.status !== 200) throw new Error(`login: ${response.status}`);
}

const issued: string[] = [];
await each(Number(devices), Number(concurrency), async (index) => {
  issued.push(await provision(index));
});
await each(issued.length, Number(concurrency), (index) => logIn(issued[index] ?? ""));
