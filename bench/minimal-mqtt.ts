/**
 * The script that somebody would write in an hour: provision every device over the `mqtt` package, then log in with what
 * was issued. No schedule, no journal, no histogram, one time-out. What rollcall costs is measured against this.
 *
 * node minimal-mqtt.ts <port> <devices> <concurrency> <key> <secret> [--ca file.pem [--certificates]]
 */
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { connect, type IClientOptions } from "mqtt";
import { each } from "./each.ts";
import { type DeviceCertificate, makeDeviceCertificate } from "./minimal-certificate.ts";

type Login = Pick<IClientOptions, "clientId" | "username" | "password" | "key" | "cert">;

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { ca: { type: "string" }, certificates: { type: "boolean", default: false } },
});
const [port = "", devices = "", concurrency = "", key = "", secret = ""] = positionals;
const base: IClientOptions = {
  host: "127.0.0.1",
  port: Number(port),
  protocol: values.ca === undefined ? "mqtt" : "mqtts",
  ...(values.ca === undefined ? {} : { ca: readFileSync(values.ca) }),
  reconnectPeriod: 0,
  keepalive: 0,
  connectTimeout: 30_000,
};

function nameOf(index: number): string {
  return `bench-${process.pid}-${index}`;
}

/** What the device wants as its credentials: a certificate if it has one. */
function wishOf(index: number, certificate: DeviceCertificate | undefined): object {
  if (certificate !== undefined) return { credentialsType: "X509_CERTIFICATE", hash: certificate.cert };
  const name = nameOf(index);
  return { credentialsType: "MQTT_BASIC", clientId: `${name}-c`, username: `${name}-u`, password: `${name}-p` };
}

function provision(index: number, certificate: DeviceCertificate | undefined): Promise<Login> {
  return new Promise((resolve, reject) => {
    const client = connect({ ...base, username: "provision" });
    client.on("error", reject);
    client.on("message", (_topic, payload) => {
      const answer = JSON.parse(payload.toString()) as {
        status: string;
        credentialsValue: { clientId: string; userName: string; password: string };
      };
      client.end();
      const { clientId, userName, password } = answer.credentialsValue;
      if (answer.status === "SUCCESS") resolve(certificate ?? { clientId, username: userName, password });
      else reject(new Error(payload.toString()));
    });
    client.on("connect", () => {
      const request = {
        deviceName: nameOf(index),
        provisionDeviceKey: key,
        provisionDeviceSecret: secret,
        ...wishOf(index, certificate),
      };
      client.subscribe("/provision/response", { qos: 1 });
      client.publish("/provision/request", JSON.stringify(request), { qos: 1 });
    });
  });
}

function logIn(login: Login): Promise<void> {
  return new Promise((resolve, reject) => {
    const client = connect({ ...base, ...login });
    client.on("error", reject);
    client.on("connect", () => {
      client.end();
      resolve();
    });
  });
}

const certificates: DeviceCertificate[] = [];
if (values.certificates) {
  for (let index = 0; index < Number(devices); index += 1) {
    certificates.push(await makeDeviceCertificate(nameOf(index)));
  }
}
const issued: Login[] = [];
await each(Number(devices), Number(concurrency), async (index) => {
  issued.push(await provision(index, certificates[index]));
});
await each(issued.length, Number(concurrency), async (index) => {
  const login = issued[index];
  if (login !== undefined) await logIn(login);
});
