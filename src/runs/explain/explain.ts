import { EXIT, type ExitCode, RollcallError } from "../../model/error.ts";
import { nearest } from "../../scenario/suggestion.ts";
import { wrapText } from "../../writing/text-width.ts";
import type { World } from "../world.ts";
import { CHAPTERS, type Term } from "./terms.ts";

/** Says what something means that rollcall prints; without a word all of it, as docs/meanings.md has it. Throws RollcallError. */
export async function explain({ voice }: Pick<World, "voice">, words: readonly string[]): Promise<ExitCode> {
  const word = words.join(" ").trim();
  if (word === "") {
    await voice.say(meaningsPage());
    return EXIT.pass;
  }
  const found = CHAPTERS.flatMap(({ title, terms }) =>
    terms.filter((term) => isMeant(term, word)).map((term) => ({ title, term })),
  );
  if (found.length === 0) {
    const names = CHAPTERS.flatMap(({ terms }) => terms.flatMap((term) => term.names));
    const near = nearest(word, names);
    throw new RollcallError(
      "no-such-term",
      `There is nothing about ${word}.${near === undefined ? "" : ` Did you mean ${near}?`}`,
      "`rollcall explain` without a word prints all that there is.",
    );
  }
  const { width } = voice.display();
  const paragraphs = found.map(({ title, term }) =>
    [`${term.names[0]}  (${title.toLowerCase()})`, ...wrapText(term.text, width - 2).map((line) => `  ${line}`)].join(
      "\n",
    ),
  );
  await voice.say(paragraphs.join("\n\n"));
  return EXIT.pass;
}

/** "roundTrip.p99 < 500ms" and "steady:roundTrip.p99" are about roundTrip. */
function isMeant({ names }: Term, word: string): boolean {
  const asked = word.toLowerCase();
  const quantity = asked.replace(/\s*[<>=!].*$/, "").replace(/^.*:/, "");
  return names.some((name) => {
    const known = name.toLowerCase();
    return known === asked || known === quantity || quantity.startsWith(`${known}.`);
  });
}

/** The page of the documentation: a test holds it against this. */
function meaningsPage(): string {
  const chapters = CHAPTERS.map(({ title, terms }) =>
    [`## ${title}`, "", ...terms.map(({ names, text }) => `- **${names[0]}**: ${text}`)].join("\n"),
  );
  return [
    "# What it means",
    "",
    "What rollcall prints, in a sentence or two each; `rollcall explain <word>` says the same in a terminal.",
    "",
    chapters.join("\n\n"),
    "",
  ].join("\n");
}
