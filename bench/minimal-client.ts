/**
 * The script that somebody would write in an hour: provision every device over the `mqtt` package, then log in with what
 * was issued. No schedule, no journal, no histogram, one time-out. What rollcall costs is measured against this.
 *
 * node minimal-client.ts <port> <devices> <concurrency> <key> <secret>
 */
import { connect, type IClientOptions } from "mqtt";

interface Issued {
  readonly clientId: string;
  readonly userName: string;
  readonly password: string;
}

const [port = "", devices = "", concurrency = "", key = "", secret = ""] = process.argv.slice(2);
const base: IClientOptions = {
  host: "127.0.0.1",
  port: Number(port),
  protocol: "mqtt",
  reconnectPeriod: 0,
  keepalive: 0,
  connectTimeout: 30_000,
};

function provision(index: number): Promise<Issued> {
  return new Promise((resolve, reject) => {
    const client = connect({ ...base, username: "provision" });
    client.on("error", reject);
    client.on("message", (_topic, payload) => {
      const answer = JSON.parse(payload.toString()) as { status: string; credentialsValue: Issued };
      client.end();
      if (answer.status === "SUCCESS") resolve(answer.credentialsValue);
      else reject(new Error(payload.toString()));
    });
    client.on("connect", () => {
      const name = `bench-${process.pid}-${index}`;
      const request = {
        deviceName: name,
        provisionDeviceKey: key,
        provisionDeviceSecret: secret,
        credentialsType: "MQTT_BASIC",
        clientId: `${name}-c`,
        username: `${name}-u`,
        password: `${name}-p`,
      };
      client.subscribe("/provision/response", { qos: 1 });
      client.publish("/provision/request", JSON.stringify(request), { qos: 1 });
    });
  });
}

function login(issued: Issued): Promise<void> {
  return new Promise((resolve, reject) => {
    const client = connect({
      ...base,
      clientId: issued.clientId,
      username: issued.userName,
      password: issued.password,
    });
    client.on("error", reject);
    client.on("connect", () => {
      client.end();
      resolve();
    });
  });
}

/** `work` for 0 to count - 1, `concurrency` at a time. */
async function each(count: number, work: (index: number) => Promise<void>): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < count) {
      const index = next;
      next += 1;
      await work(index);
    }
  };
  await Promise.all(Array.from({ length: Number(concurrency) }, lane));
}

const issued: Issued[] = [];
await each(Number(devices), async (index) => {
  issued.push(await provision(index));
});
await each(issued.length, async (index) => {
  const credentials = issued[index];
  if (credentials !== undefined) await login(credentials);
});
