import { type Socket, connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { type Packet, generate, parser } from "mqtt-packet";
import type { Case, Step } from "./transcript.ts";

/** How long a replay waits where the recorder waited to see that nothing comes. */
const SILENCE_MS = 60;
/** How long it waits for what must come. */
const PATIENCE_MS = 10_000;
/** Recorded payloads end here. */
const RECORDED_PAYLOAD = 300;
const LARGE_PAYLOAD = 70_000;

/** A packet from the server with the fields that the recording has, or how the connection ended. */
export type Observation = Readonly<Record<string, unknown>>;

type ProtocolVersion = 3 | 4 | 5;
const PROTOCOL_VERSIONS: Readonly<Record<Case["mqtt"], ProtocolVersion>> = { "3.1": 3, "3.1.1": 4, "5": 5 };

interface Wire {
  readonly observed: Observation[];
  readonly ended: boolean;
  send(step: Step, messageId: number): void;
  /** Until `count` observations are there, or the patience is over. */
  received(count: number): Promise<void>;
  close(): void;
}

/** Recorder's own closes are not the server's: after a pause, and 400 ms after the last packet. */
export function expectedOf(one: Case): readonly Observation[] {
  const expected: Observation[] = [];
  for (const [index, step] of one.steps.entries()) {
    const before = one.steps[index - 1];
    const { from, ms, ...rest } = step;
    if (from !== "server") continue;
    const pause = before?.waited_ms !== undefined || before?.stillOpenAfter_ms !== undefined;
    const waited = (ms ?? 0) - (before?.ms ?? 0);
    const recorder = pause || (waited >= 390 && waited < 1_000);
    if (step.cmd !== "TCP close") expected.push(rest);
    else if (!recorder) expected.push({ cmd: "TCP close" });
  }
  for (const { second } of one.steps) {
    if (second === undefined) continue;
    const answers = second.filter(({ from }) => from === "server");
    expected.push(...answers.map(({ from: _from, ms: _ms, ...rest }) => ({ second: rest })));
  }
  return expected;
}

/** Plays the client's part of a case and returns what the server sent. */
export async function replay(one: Case, port: number): Promise<readonly Observation[]> {
  const version = PROTOCOL_VERSIONS[one.mqtt];
  const wire = openWire(port, version);
  const messageIds = one.steps
    .filter(({ cmd }) => cmd === "puback")
    .map(({ messageId }) => messageId ?? 0)
    .sort((a, b) => a - b);
  const second = one.steps.find((step) => step.second !== undefined)?.second;
  const secondWire: { current: Wire | undefined } = { current: undefined };
  let nextId = 1;
  let due = 0;
  for (const step of one.steps) {
    if (step.from === "client") {
      if (step.cmd === "subscribe") wire.send(step, nextId);
      else if (step.cmd === "publish") wire.send(step, messageIds.shift() ?? nextId + 1);
      else wire.send(step, 0);
      nextId += 1;
    } else if (step.waited_ms !== undefined || step.stillOpenAfter_ms !== undefined) {
      await sleep(SILENCE_MS);
    } else if (step.from === "server" && due < expectedOf(one).length) {
      due += 1;
      await wire.received(due);
      if (step.cmd === "connack" && second !== undefined) secondWire.current = openSecond(port, version, second);
    }
  }
  // Whatever the server sends beyond the recording must show, too.
  if (!wire.ended) await sleep(SILENCE_MS);
  const answers = second?.filter(({ from }) => from === "server").length ?? 0;
  await secondWire.current?.received(answers);
  const result = [...wire.observed, ...(secondWire.current?.observed ?? []).map((rest) => ({ second: rest }))];
  wire.close();
  secondWire.current?.close();
  return result;
}

function openSecond(port: number, version: ProtocolVersion, steps: readonly Step[]): Wire {
  const wire = openWire(port, version);
  for (const step of steps) if (step.from === "client") wire.send(step, 0);
  return wire;
}

function openWire(port: number, version: ProtocolVersion): Wire {
  const observed: Observation[] = [];
  const wire = { observed, ended: false };
  let wake: () => void = () => undefined;
  let closing = false;
  let broken = false;
  const note = (observation: Observation): void => {
    if (!closing) observed.push(observation);
    wake();
  };
  const reader = parser({ protocolVersion: version });
  reader.on("packet", (packet) => {
    if (!broken) note(observe(packet, version));
  });
  reader.on("error", (error: Error) => {
    if (!broken) note({ parseError: error.message });
    broken = true;
  });
  const socket: Socket = connect({ port, host: "127.0.0.1", noDelay: true });
  socket.on("data", (chunk) => {
    if (!broken) reader.parse(chunk);
  });
  socket.on("error", () => undefined);
  socket.on("close", () => {
    wire.ended = true;
    note({ cmd: "TCP close" });
  });
  return {
    observed,
    get ended() {
      return wire.ended;
    },
    send: (step, messageId) => {
      socket.write(generate(toPacket(step, version, messageId), { protocolVersion: version }));
    },
    received: async (count) => {
      const deadline = AbortSignal.timeout(PATIENCE_MS);
      while (observed.length < count && !deadline.aborted && !wire.ended) {
        await new Promise<void>((resolve) => {
          wake = resolve;
          deadline.addEventListener("abort", () => resolve(), { once: true });
        });
      }
    },
    close: () => {
      closing = true;
      socket.destroy();
    },
  };
}

function toPacket(step: Step, version: ProtocolVersion, messageId: number): Packet {
  if (step.cmd === "connect") {
    return {
      cmd: "connect",
      protocolId: version === 3 ? "MQIsdp" : "MQTT",
      protocolVersion: version,
      clientId: step.clientId ?? "",
      clean: step.clean ?? false,
      keepalive: 60,
      ...(step.username === undefined ? {} : { username: step.username }),
      ...(step.password === undefined ? {} : { password: Buffer.from(step.password) }),
    };
  }
  if (step.cmd === "subscribe") {
    return { cmd: "subscribe", messageId, subscriptions: [...(step.subscriptions ?? [])] };
  }
  if (step.cmd === "publish") {
    const { topic = "", qos = 0, payload = "" } = step;
    return { cmd: "publish", topic, qos, dup: false, retain: false, messageId, payload: fullPayload(payload) };
  }
  if (step.cmd === "pingreq" || step.cmd === "disconnect") return { cmd: step.cmd };
  throw new Error(`a client step that the replay does not know: ${JSON.stringify(step)}`);
}

/** The recording shows the beginning of what was larger than a packet may be. */
function fullPayload(payload: string): string {
  return payload.length === RECORDED_PAYLOAD && /^x+$/.test(payload) ? "x".repeat(LARGE_PAYLOAD) : payload;
}

/** The packet as the recorder wrote it. */
function observe(packet: Packet, version: ProtocolVersion): Observation {
  if (packet.cmd === "connack") {
    const code = version === 5 ? { reasonCode: packet.reasonCode } : { returnCode: packet.returnCode };
    return { cmd: packet.cmd, ...code, ...(packet.sessionPresent ? { sessionPresent: true } : {}) };
  }
  if (packet.cmd === "suback") return { cmd: packet.cmd, granted: packet.granted };
  if (packet.cmd === "puback") {
    const code = version === 5 ? { reasonCode: packet.reasonCode } : {};
    return { cmd: packet.cmd, ...code, messageId: packet.messageId };
  }
  if (packet.cmd === "publish") {
    const text = packet.payload.toString("utf8");
    const payload = text.startsWith("{") ? text : `hex:${Buffer.from(packet.payload).toString("hex")}`;
    const id = packet.qos > 0 ? { messageId: packet.messageId } : {};
    return { cmd: packet.cmd, topic: packet.topic, qos: packet.qos, ...id, payload };
  }
  if (packet.cmd === "disconnect") return { cmd: packet.cmd, reasonCode: packet.reasonCode };
  return { cmd: packet.cmd };
}
