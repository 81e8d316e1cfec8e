import type { Target } from "./target.ts";
import { clients } from "./targets/clients.ts";
import { decoders } from "./targets/decoders.ts";
import { files } from "./targets/files.ts";

export const TARGETS: readonly Target[] = [decoders, files, clients];
