import type { Target } from "./target.ts";
import { clients } from "./targets/clients.ts";
import { decoders } from "./targets/decoders.ts";
import { files } from "./targets/files.ts";
import { folders } from "./targets/folders.ts";
import { rest } from "./targets/rest.ts";
import { words } from "./targets/words.ts";

export const TARGETS: readonly Target[] = [decoders, files, clients, words, folders, rest];
