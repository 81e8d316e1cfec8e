import process from "node:process";
import { openParentChannel } from "../../src/workers/parent-channel.ts";
import { mirror, type Order } from "./mirror.ts";

/** The other end of a pipe: does what it is told, and ends when its parent leaves. */
const channel = openParentChannel<object, Order>(process);
mirror(channel, () => process.kill(process.pid, "SIGKILL"));
await channel.gone;
process.exit(0);
