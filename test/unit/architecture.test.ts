import { readdirSync, readFileSync } from "node:fs";
import { join, relative, resolve, sep } from "node:path";
import { type EcmaScriptModule, parseSync, Visitor } from "oxc-parser";
import { describe, expect, it } from "vitest";

const ROOT = resolve(import.meta.dirname, "../..");
const SRC = join(ROOT, "src");

/** What a file takes from elsewhere, and what it does that only cli/ may do. */
interface Reading {
  readonly imports: readonly string[];
  readonly impure: readonly string[];
}

/** A text without one of these words has nothing of what only its tree shows: an import inside the code, a call that is impure. */
const NEEDS_TREE = /\b(?:console|process|globalThis|Date|random|require|declare)\b|\bimport\s*[(.]|\\u/;

/** Every way in which TypeScript can name another module, and the calls that make a result depend on more than the arguments. */
function read(file: string, text: string): Reading {
  const parsed = parseSync(file, text);
  const { errors } = parsed;
  if (errors.length > 0) throw new Error(`${file}: ${errors.map((error) => error.message).join("; ")}`);
  // The tree takes three times as long as all else: it is asked for where it can tell something.
  if (!NEEDS_TREE.test(text)) return { imports: statedImports(parsed.module), impure: [] };
  const { program } = parsed;
  const imports: string[] = [];
  const impure: string[] = [];
  const take = (source: { readonly type: string; readonly value?: unknown } | null): void => {
    if (source === null) return;
    imports.push(source.type === "Literal" && typeof source.value === "string" ? source.value : "<computed>");
  };
  new Visitor({
    ImportDeclaration: (node) => take(node.source),
    ExportNamedDeclaration: (node) => take(node.source),
    ExportAllDeclaration: (node) => take(node.source),
    ImportExpression: (node) => take(node.source),
    TSImportType: (node) => take(node.source),
    TSExternalModuleReference: (node) => take(node.expression),
    MemberExpression: (node) => {
      if (node.object.type !== "Identifier") return;
      const name = node.object.name;
      const property = !node.computed && node.property.type === "Identifier" ? node.property.name : "?";
      if (name === "console" || name === "process" || name === "globalThis") impure.push(`${name}.${property}`);
      if ((name === "Date" && property === "now") || (name === "Math" && property === "random")) {
        impure.push(`${name}.${property}`);
      }
    },
    NewExpression: (node) => {
      const isDate = node.callee.type === "Identifier" && node.callee.name === "Date";
      if (isDate && node.arguments.length === 0) impure.push("new Date()");
    },
  }).visit(program);
  return { imports, impure };
}

/** Of the statements at the top of a file. */
function statedImports({ staticImports, staticExports }: EcmaScriptModule): readonly string[] {
  return [
    ...staticImports.map(({ moduleRequest }) => moduleRequest.value),
    ...staticExports.flatMap(({ entries }) => entries.flatMap(({ moduleRequest }) => moduleRequest?.value ?? [])),
  ];
}

/** A row of the table in ARCHITECTURE.md; "any" allows all. */
interface Law {
  readonly rooms: readonly string[];
  readonly packages: readonly string[];
  readonly nodeModules: readonly string[];
}

function readLaws(): ReadonlyMap<string, Law> {
  const text = readFileSync(join(ROOT, "ARCHITECTURE.md"), "utf8");
  const table = text.split("| room | knows | rooms | packages | node modules |\n")[1] ?? "";
  const laws = new Map<string, Law>();
  for (const line of table.split("\n").slice(1)) {
    if (!line.startsWith("|")) break;
    const cells = line.split("|").map((cell) => cell.trim());
    const [, room, , rooms, packages, nodeModules] = cells;
    if (room === undefined || nodeModules === undefined || cells.length !== 7)
      throw new Error(`unreadable row: ${line}`);
    const list = (cell = "-"): string[] => (cell === "-" ? [] : cell.split(",").map((part) => part.trim()));
    laws.set(room, { rooms: list(rooms), packages: list(packages), nodeModules: list(nodeModules) });
  }
  return laws;
}

/** Undefined: allowed. Otherwise what is wrong with this import of a file in `room`. */
function judge(room: string, file: string, specifier: string, laws: ReadonlyMap<string, Law>): string | undefined {
  const law = laws.get(room);
  if (law === undefined) return `src/${room} has no row in the table`;
  const within = (list: readonly string[], name: string): boolean => list.includes(name) || list.includes("any");
  if (specifier.startsWith("node:")) {
    const name = specifier.split("/")[0] ?? specifier;
    return within(law.nodeModules, name) ? undefined : `${room} may not use ${name}`;
  }
  if (!specifier.startsWith(".")) {
    const parts = specifier.split("/");
    const name = specifier.startsWith("@") ? parts.slice(0, 2).join("/") : (parts[0] ?? specifier);
    return law.packages.includes(name) ? undefined : `${room} may not use the package ${name}`;
  }
  if (!specifier.endsWith(".ts")) return "an import without .ts does not run from source";
  const path = relative(SRC, resolve(file, "..", specifier));
  if (path.startsWith("..")) return "src may not import what lies outside it";
  const other = path.split(sep)[0] ?? path;
  if (other === room || other === "model") return undefined;
  if (other === "cli") return "nothing may import cli";
  return within(law.rooms, other) ? undefined : `${room} may not import ${other}`;
}

const laws = readLaws();
const rooms = readdirSync(SRC);
const filesOf = (room: string): string[] =>
  readdirSync(join(SRC, room), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => join(SRC, room, file));

const readings = new Map<string, Reading>();

/** Of a file of src/: parsed once, looked at by several tests. */
function readingOf(file: string): Reading {
  let reading = readings.get(file);
  if (reading === undefined) {
    reading = read(file, readFileSync(file, "utf8"));
    readings.set(file, reading);
  }
  return reading;
}

/** Files of src/ that a file imports, types too. */
function importedFiles(file: string): readonly string[] {
  return readingOf(file)
    .imports.filter((specifier) => specifier.startsWith("."))
    .map((specifier) => resolve(file, "..", specifier));
}

const graph: ReadonlyMap<string, readonly string[]> = new Map(
  rooms
    .flatMap(filesOf)
    .map((file) => [relative(SRC, file), importedFiles(file).map((other) => relative(SRC, other))] as const),
);

/** Each circle once, from its first file by name: "a -> b -> a". Depth first, every edge once. */
function circlesOf(edges: ReadonlyMap<string, readonly string[]>): readonly string[] {
  const done = new Set<string>();
  const path: string[] = [];
  const circles = new Set<string>();
  const visit = (file: string): void => {
    const at = path.indexOf(file);
    if (at >= 0) {
      const circle = path.slice(at);
      const first = circle.indexOf(circle.toSorted()[0] ?? file);
      circles.add([...circle.slice(first), ...circle.slice(0, first), circle[first]].join(" -> "));
      return;
    }
    if (done.has(file)) return;
    path.push(file);
    for (const other of edges.get(file) ?? []) visit(other);
    path.pop();
    done.add(file);
  };
  for (const file of edges.keys()) visit(file);
  return [...circles];
}

describe("the reader", () => {
  it("sees every kind of import, and nothing in comments and strings", () => {
    const text = `
      import "a"; import b from "b"; import type { C } from "c"; import { type D } from "d";
      export * from "e"; export { f } from "f"; export type { G } from "g"; export * as h from "h";
      type I = import("i").I; const j = await import("j"); import k = require("k"); const l = import(\`l\${j}\`);
      // import "comment"
      const text = 'import "text"';
    `;
    expect(read("sample.ts", text).imports).toEqual([
      "a",
      "b",
      "c",
      "d",
      "e",
      "f",
      "g",
      "h",
      "i",
      "j",
      "k",
      "<computed>",
    ]);
  });

  it("sees the same in a file of whose tree it has no need", () => {
    const text = `
      import "a"; import b from "b"; import type { C } from "c"; import { type D } from "d"; import * as n from "n";
      export * from "e"; export { f, o } from "f"; export type { G } from "g"; export * as h from "h"; export const m = 1;
      // import "comment"
      const text = 'import "text"';
    `;
    expect(NEEDS_TREE.test(text)).toBe(false);
    const { imports, impure } = read("sample.ts", text);
    expect([...new Set(imports)]).toEqual(["a", "b", "c", "d", "n", "e", "f", "g", "h"]);
    expect(impure).toEqual([]);
  });

  it("sees the wall clock, lots, the console and the process", () => {
    const text = `
      const a = Date.now(); const b = new Date(); const c = new Date(0); const d = Math.random(); const e = Math.max(1, 2);
      console.log(process.env["A"]); globalThis.process; const log = { process: 1 }; log.process;
    `;
    expect(read("sample.ts", text).impure.toSorted()).toEqual(
      ["Date.now", "new Date()", "Math.random", "console.log", "process.env", "globalThis.process"].toSorted(),
    );
  });

  it("judges by the table", () => {
    const file = join(SRC, "schedule/sample.ts");
    const strict = new Map([["schedule", { rooms: ["record"], packages: ["@a/b"], nodeModules: ["node:fs"] }]]);
    const of = (specifier: string) => judge("schedule", file, specifier, strict);
    expect(["./x.ts", "../model/x.ts", "../record/x.ts", "@a/b/c", "node:fs/promises"].map(of)).toEqual(
      Array.from({ length: 5 }, () => undefined),
    );
    expect(
      ["../fleet/x.ts", "../cli/x.ts", "../../test/x.ts", "@a/c", "b", "node:net", "./x", "<computed>"]
        .map(of)
        .filter((problem) => problem === undefined),
    ).toEqual([]);
    expect(judge("attic", file, "./x.ts", strict)).toBe("src/attic has no row in the table");
  });
});

describe("what is deleted on a server", () => {
  const sources = rooms
    .flatMap(filesOf)
    .map((file) => ({ file: relative(SRC, file), text: readFileSync(file, "utf8") }));
  const filesWith = (pattern: RegExp): string[] =>
    sources.filter(({ text }) => pattern.test(text)).map(({ file }) => file.split(sep).join("/"));

  it("is proved by the one module that decides", () => {
    expect(filesWith(/new DeletionProof\b/)).toEqual(["operations/deletion-decision.ts"]);
  });

  it("is asked for with such a proof, in one form of request, and by no other client", () => {
    expect(filesWith(/method: "DELETE"/).toSorted()).toEqual([
      "conformance/fixtures.ts",
      "thingsboard/admin-exchange.ts",
      "thingsboard/admin.ts",
    ]);
    // The simulator answers them.
    expect(
      filesWith(/\bDELETE\b/)
        .filter((file) => !file.startsWith("simulator/"))
        .toSorted(),
    ).toEqual(["conformance/fixtures.ts", "thingsboard/admin-exchange.ts", "thingsboard/admin.ts"]);
  });

  it("is read again by the executors, or by the cases that see what a server refuses", () => {
    expect(filesWith(/\.(?:deleteDevice|deleteProfile)\(/).toSorted()).toEqual([
      "conformance/cases/login-cases.ts",
      "conformance/fixtures.ts",
      "operations/delete-devices.ts",
      "operations/delete-profile.ts",
    ]);
  });
});

describe("the rooms", () => {
  it("are those of the table, one row each", () => {
    expect([...laws.keys()].toSorted()).toEqual(rooms.toSorted());
    expect(laws.get("model")).toEqual({ rooms: [], packages: [], nodeModules: [] });
  });

  it.each(rooms)("src/%s imports what the table allows, and nothing else", (room) => {
    const files = filesOf(room);
    expect(files.length).toBeGreaterThan(0);
    const problems = files.flatMap((file) =>
      readingOf(file)
        .imports.map((specifier) => ({ specifier, problem: judge(room, file, specifier, laws) }))
        .filter(({ problem }) => problem !== undefined)
        .map(({ specifier, problem }) => `${relative(ROOT, file)}: "${specifier}": ${problem}`),
    );
    expect(problems).toEqual([]);
  });

  it.each(rooms.filter((room) => room !== "cli" && room !== "processes"))(
    "src/%s depends on its arguments alone",
    (room) => {
      const problems = filesOf(room).flatMap((file) =>
        readingOf(file).impure.map((use) => `${relative(ROOT, file)}: ${use}`),
      );
      expect(problems).toEqual([]);
    },
  );

  it("is a circle nowhere, type imports counted", () => {
    expect(circlesOf(graph)).toEqual([]);
  });

  it("finds a circle where there is one", () => {
    const edges = { a: ["b"], b: ["c"], c: ["a", "d"], d: [] };
    expect(circlesOf(new Map(Object.entries(edges)))).toEqual(["a -> b -> c -> a"]);
  });
});

describe("the drawing", () => {
  const text = readFileSync(join(ROOT, "ARCHITECTURE.md"), "utf8");
  const lines = (/```rooms\n([\s\S]*?)```/.exec(text)?.[1] ?? "").trim().split("\n");
  const lineOf = new Map(
    lines.flatMap((line, index) =>
      line
        .trim()
        .split(/ {2,}/)
        .map((room) => [room, index]),
    ),
  );

  it("has every room once", () => {
    expect(lines.flatMap((line) => line.trim().split(/ {2,}/)).toSorted()).toEqual(rooms.toSorted());
  });

  it("has no import that goes up or sideways", () => {
    const roomOf = (file: string): string => file.split(sep)[0] ?? file;
    const wrong = [...graph].flatMap(([file, others]) =>
      others
        .filter((other) => roomOf(other) !== roomOf(file))
        .filter((other) => (lineOf.get(roomOf(other)) ?? -1) <= (lineOf.get(roomOf(file)) ?? Infinity))
        .map((other) => `${file} imports ${other}`),
    );
    expect(wrong).toEqual([]);
  });
});

describe("the doors", () => {
  const doors = readDoors();
  const large = rooms.filter((room) => filesOf(room).length > 10);
  const roomOf = (file: string): string => file.split(sep)[0] ?? file;
  /** "room/file" of everything that another room imports, and who does. */
  const passed = [...graph].flatMap(([file, others]) =>
    others.filter((other) => roomOf(other) !== roomOf(file)).map((other) => ({ file, other })),
  );

  it("are named for every room of more than ten files, and for no other", () => {
    expect([...doors.keys()].toSorted()).toEqual(large.toSorted());
  });

  it.each(large)("of src/%s are used, and nobody comes in another way", (room) => {
    const open = doors.get(room) ?? [];
    const used = new Set(passed.filter(({ other }) => roomOf(other) === room).map(({ other }) => doorOf(other)));
    const isOpen = (other: string): boolean => open.includes("*") || open.includes(doorOf(other));
    const wrong = passed
      .filter(({ other }) => roomOf(other) === room && !isOpen(other))
      .map(({ file, other }) => `${file} imports ${other}, which is no door`);
    expect(wrong).toEqual([]);
    expect(open.filter((door) => door !== "*" && !used.has(door))).toEqual([]);
  });

  function doorOf(file: string): string {
    return file.split(sep).slice(1).join("/").replace(/\.ts$/, "");
  }

  function readDoors(): ReadonlyMap<string, readonly string[]> {
    const text = readFileSync(join(ROOT, "ARCHITECTURE.md"), "utf8");
    const table = text.split("| room | doors |\n")[1] ?? "";
    const rows = table.split("\n").slice(1);
    const end = rows.findIndex((line) => !line.startsWith("|"));
    return new Map(
      rows.slice(0, end).map((line) => {
        const [, room = "", cell = ""] = line.split("|").map((part) => part.trim());
        return [room, cell === "-" ? [] : cell.split(",").map((door) => door.trim())];
      }),
    );
  }
});

describe("the wings of runs", () => {
  const folders = readdirSync(join(SRC, "runs"), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const text = readFileSync(join(ROOT, "ARCHITECTURE.md"), "utf8");
  const rows = (text.split("| wing of runs | knows |\n")[1] ?? "").split("\n\n")[0]?.split("\n").slice(1) ?? [];

  it("are those of their table, one row each", () => {
    expect(rows.map((row) => row.split("|")[1]?.trim())).toEqual(folders.map(({ name }) => name).toSorted());
  });

  it("have at most ten files each", () => {
    const large = folders
      .map(({ name }) => ({ wing: name, files: filesOf(join("runs", name)).length }))
      .filter(({ files }) => files > 10);
    expect(large).toEqual([]);
  });
});

describe("a file", () => {
  it("has at most 300 lines", () => {
    const long = rooms
      .flatMap(filesOf)
      .map((file) => ({ file: relative(SRC, file), lines: readFileSync(file, "utf8").split("\n").length - 1 }))
      .filter(({ lines }) => lines > 300);
    expect(long).toEqual([]);
  });
});

describe("the command line", () => {
  it("has commands that know options, but no other command", () => {
    const commands = filesOf("cli").filter((file) => file.includes(`${sep}commands${sep}`));
    expect(commands.length).toBeGreaterThan(10);
    const problems = commands.flatMap((file) =>
      importedFiles(file)
        .filter((other) => commands.includes(other) && !/(?:command|-options?)\.ts$/.test(other))
        .map((other) => `${relative(ROOT, file)} imports ${relative(ROOT, other)}`),
    );
    expect(problems).toEqual([]);
  });
});
