import { codeOf, reasonOf, RollcallError } from "../../model/error.ts";
import { Secret } from "../../model/secret.ts";
import { readText } from "../../record/text-file.ts";
import { type BusAddress, requireBusUrls } from "../../workers/bus/address.ts";

/** Options of every command that talks over a bus, as typed. */
export interface BusArguments {
  readonly bus: string;
  readonly busCreds?: string | undefined;
  readonly busCa?: string | undefined;
  readonly busCert?: string | undefined;
  readonly busKey?: string | undefined;
}

/** How a run is shared out over a bus. */
export interface BusSetting extends BusArguments {
  readonly workers: number;
  readonly generatorsPerWorker: number | undefined;
  readonly onWorkerLoss: "go-on" | "stop";
  /** Seconds. */
  readonly lease: number;
  /** Seconds until all workers must have come. */
  readonly wait: number;
}

/** Reads the files that the options name. Throws RollcallError "bus-file". */
export async function readBusAddress(args: BusArguments): Promise<BusAddress> {
  const [creds, ca, certificate, key] = await Promise.all([
    contents("--bus-creds", args.busCreds),
    contents("--bus-ca", args.busCa),
    contents("--bus-cert", args.busCert),
    contents("--bus-key", args.busKey),
  ]);
  return { url: args.bus, creds: secret(creds), ca, certificate, key: secret(key) };
}

async function contents(option: string, file: string | undefined): Promise<string | undefined> {
  if (file === undefined) return undefined;
  return readText(file).catch((error: unknown) => {
    const found =
      codeOf(error) === "ENOENT" ? `there is no file ${file}` : `${file} cannot be read: ${reasonOf(error)}`;
    throw new RollcallError("bus-file", `${option}: ${found}.`, "Name a file that this user may read.");
  });
}

function secret(text: string | undefined): Secret | undefined {
  return text === undefined ? undefined : new Secret(text);
}

export interface TypedBus extends Omit<BusArguments, "bus"> {
  readonly bus: string | undefined;
  readonly workers: number | undefined;
  readonly generatorsPerWorker: number | undefined;
  readonly onWorkerLoss: "go-on" | "stop" | undefined;
  readonly wait: number | undefined;
  readonly lease: number | undefined;
}

/** Undefined where they are not given, and of no use without a bus. */
const ONLY_WITH_BUS = {
  workers: "--workers",
  generatorsPerWorker: "--generators-per-worker",
  onWorkerLoss: "--on-worker-loss",
  wait: "--wait",
  lease: "--lease",
  busCreds: "--bus-creds",
  busCa: "--bus-ca",
  busCert: "--bus-cert",
  busKey: "--bus-key",
} as const;

export const BUS_DEFAULTS = { onWorkerLoss: "go-on", wait: 300, lease: 15 } as const;

/** Undefined: on this machine alone. Throws RollcallError "bus-options", "bus-address" or "bus-password". */
export function busSettingOf(args: Partial<TypedBus>): BusSetting | undefined {
  const { bus, workers, generatorsPerWorker } = args;
  const { onWorkerLoss = BUS_DEFAULTS.onWorkerLoss, wait = BUS_DEFAULTS.wait, lease = BUS_DEFAULTS.lease } = args;
  if (bus === undefined) {
    for (const [name, option] of Object.entries(ONLY_WITH_BUS)) {
      if (args[name as keyof typeof ONLY_WITH_BUS] === undefined) continue;
      throw wrong(`${option} needs --bus.`, "Workers are found over NATS: --bus nats://host:4222.");
    }
    return undefined;
  }
  requireBusUrls(bus);
  if (workers === undefined)
    throw wrong("--bus needs --workers.", "Say how many workers to wait for, e.g. --workers 2.");
  requireWhole("--lease", lease);
  requireWhole("--wait", wait);
  return { ...args, bus, workers, generatorsPerWorker, onWorkerLoss, wait, lease };
}

function requireWhole(option: string, seconds: number): void {
  if (Number.isInteger(seconds)) return;
  throw wrong(
    `${option} ${seconds}: not a whole number of seconds.`,
    `Give one, e.g. ${option} ${Math.ceil(seconds)}.`,
  );
}

function wrong(message: string, hint: string): RollcallError {
  return new RollcallError("bus-options", message, hint);
}
