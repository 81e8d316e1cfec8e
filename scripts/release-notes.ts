import { readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { ROLLCALL_VERSION } from "../src/model/version.ts";

/** What CHANGELOG.md says of one release, as the text of its announcement; undefined: it has no dated section, or an empty one. */
export function releaseNotes(changelog: string, version: string): string | undefined {
  const sections = changelog.split(/^## /m).slice(1);
  const section = sections.find(
    (each) => /^(\S+) - \d{4}-\d{2}-\d{2}$/m.exec(each.split("\n")[0] ?? "")?.[1] === version,
  );
  const text = section?.slice(section.indexOf("\n")).trim();
  return text === undefined || text === "" ? undefined : `${text.replaceAll(/^### /gm, "## ")}\n`;
}

if (import.meta.main) {
  const version = process.argv[2] ?? ROLLCALL_VERSION;
  const notes = releaseNotes(readFileSync(join(import.meta.dirname, "../CHANGELOG.md"), "utf8"), version);
  if (notes === undefined) {
    process.stderr.write(`CHANGELOG.md has no section "## ${version} - <date>", or nothing stands in it.\n`);
    process.exitCode = 2;
  } else {
    process.stdout.write(notes);
  }
}
