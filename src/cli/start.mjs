// Plain JavaScript: Node loads what strips types, a tenth of a second, only where its cache has no stripped text yet.
import module from "node:module";

module.enableCompileCache?.();
await import("./main.ts");
