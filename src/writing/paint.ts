import { styleText } from "node:util";

/** What a piece of text means, apart from how it looks. */
export type Tone = "plain" | "title" | "good" | "warn" | "bad" | "quiet";
export type Paint = (tone: Tone, text: string) => string;

type Format = Parameters<typeof styleText>[0];

const LOOKS: Readonly<Record<Tone, Format | undefined>> = {
  plain: undefined,
  title: "bold",
  good: ["green", "bold"],
  warn: ["yellow", "bold"],
  bad: ["red", "bold"],
  quiet: "dim",
};

/** Without colour text is left as it is. Whether a terminal takes colours is for the caller to find out. */
export function createPaint(color: boolean): Paint {
  return (tone, text) => {
    const look = LOOKS[tone];
    return color && look !== undefined && text !== "" ? styleText(look, text, { validateStream: false }) : text;
  };
}
