import { formatCount, quantity } from "../../writing/notation.ts";
import type { Hello } from "./messages.ts";

type Told = Pick<Hello, "name" | "host" | "cores" | "rollcall" | "memoryBytes" | "openFiles" | "ports">;

/** A worker that came, as a line for the terminal. */
export function helloText({ name, host, cores, rollcall, memoryBytes, openFiles, ports }: Told): string {
  const limits = [
    openFiles === null ? undefined : `${formatCount(openFiles)} open files`,
    ports === null ? undefined : `${formatCount(ports)} ports`,
    `${Math.round(memoryBytes / 1_000_000_000)} GB`,
  ].filter((each) => each !== undefined);
  const where = name === host ? "" : ` on ${host}`;
  return `${name}${where}: ${quantity(cores, "core")}, rollcall ${rollcall}, ${limits.join(", ")}`;
}
