import { createRequire } from "node:module";
import type * as http from "node:http";
import type * as https from "node:https";
import type * as tls from "node:tls";

const require = createRequire(import.meta.url);

/*
 * What Node serves with, each loaded with the first server of its kind. `import` of node:http reads all that it exports, WebSocket and fetch
 * too, and that of node:tls every authority: together half of the start of a simulator.
 */
export const httpOfNode = (): typeof http => require("node:http");
export const httpsOfNode = (): typeof https => require("node:https");
export const tlsOfNode = (): typeof tls => require("node:tls");
