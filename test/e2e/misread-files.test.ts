import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { rollcallInProcess } from "../support/in-process.ts";
import { temporaryFolder } from "./rollcall.ts";

/** Files as users have them, which could be read in another way than was meant: the whole way from the disk to the message. */

interface Given {
  readonly fleet?: string;
  readonly load?: string;
  /** Beside the scenario, by name. */
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
  readonly variables?: Readonly<Record<string, string>>;
}

async function validate(given: Given) {
  await using folder = await temporaryFolder();
  for (const [name, content] of Object.entries(given.files ?? {})) await writeFile(join(folder.path, name), content);
  const {
    variables = { K: "simulated-key", S: "simulated-secret" },
    fleet = "{ count: 2 }",
    load = "{ closed: { concurrency: 4 } }",
  } = given;
  const scenario = join(folder.path, "misread.yaml");
  await writeFile(
    scenario,
    `name: misread\nprovisioning: { key: "\${K}", secret: "\${S}" }\nfleet: ${fleet}\nload: ${load}\n`,
  );
  const said = await rollcallInProcess(["validate", scenario], { variables });
  expect(said.stderr).not.toMatch(/^ {4}at /m);
  const flat = (text: string): string => text.replaceAll(/\s+/g, " ");
  return { code: said.code, stdout: flat(said.stdout), stderr: flat(said.stderr) };
}

const namesIn = (name: string, content: string | Uint8Array, more = ""): Given => ({
  fleet: `{ names: { file: ${name}${more} } }`,
  files: { [name]: content },
});

describe("a file of names", () => {
  it("that is Latin-1 is refused with file, line and byte", async () => {
    const { code, stderr } = await validate(namesIn("names.txt", Buffer.from("café\ncafè\nmeter2\n", "latin1")));
    expect(stderr).toContain("names.txt");
    expect(stderr).toContain("it is not UTF-8: line 1, byte 4 is 0xe9");
    expect(code).toBe(2);
  });

  it("that has a name twice is refused with the name and its lines", async () => {
    const { code, stderr } = await validate(namesIn("names.txt", "dup\ndup\nother\n"));
    expect(stderr).toContain('"dup" is there more than once, lines 1, 2');
    expect(code).toBe(2);
  });

  it("has a device #2, and a comment after # and a space", async () => {
    const { code, stdout, stderr } = await validate(namesIn("names.txt", "one\n#2\ntwo\n# comment\n"));
    expect(stdout).toContain("#2");
    expect(stdout).not.toContain("comment");
    expect(stderr).toBe("");
    expect(code).toBe(0);
  });

  const table = "name,type,label\nmeter-1,default,A\nmeter-2,default,B\n";

  it("that is a CSV is warned of, and its column is named", async () => {
    const { code, stderr } = await validate(namesIn("names.csv", table));
    expect(stderr).toContain("names.csv looks like a table, and each whole line is a name");
    expect(stderr).toContain("column:");
    expect(code).toBe(0);
  });

  it("that is a CSV gives the names of its column", async () => {
    const { code, stdout, stderr } = await validate(namesIn("names.csv", table, ", column: name"));
    expect(stdout).toContain("meter-2");
    expect(stdout).not.toContain("default,B");
    expect(stderr).toBe("");
    expect(code).toBe(0);
  });
});

it("a key from the environment that ends in a carriage return is warned of", async () => {
  const { code, stderr } = await validate({
    variables: { K: "simulated-key\r", S: "simulated-secret" },
  });
  expect(stderr).toContain("provisioning.key (environment K) has a carriage return at an end");
  expect(code).toBe(0);
});

it.each([
  ["1/10s", "20s", "rate: 0.1"],
  ["1/min", "4s", "rate: 0.01666"],
])("a rate of %s is taken", async (rate, duration, shown) => {
  const { code, stdout, stderr } = await validate({
    fleet: "{ credentials: mqtt-basic }",
    load: `{ constant: { rate: ${rate} }, duration: ${duration} }`,
  });
  expect(stderr).toBe("");
  expect(stdout).toContain(shown);
  expect(code).toBe(0);
});
