import { Writable } from "node:stream";

/** A stream that keeps what is written to it, and a screen that shows it as a terminal of that size would. */
export interface InMemoryTerminal extends Writable {
  readonly columns: number;
  readonly rows: number;
  /** All that was written, escape sequences included. */
  written(): string;
  /** What a reader sees, from the first line on, those that scrolled out included; without spaces at line ends. */
  screen(): readonly string[];
}

export function createInMemoryTerminal(columns = 80, rows = 24): InMemoryTerminal {
  let text = "";
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      text += chunk.toString();
      done();
    },
  });
  return Object.assign(stream, { columns, rows, written: () => text, screen: () => show(text, columns) });
}

/** Control sequences that a redrawn block needs; anything else is an error, so that none is passed over. */
function show(text: string, columns: number): readonly string[] {
  const lines: string[][] = [[]];
  let [row, column] = [0, 0];
  // eslint-disable-next-line no-control-regex
  for (const [token] of text.matchAll(/\u001B\[[?\d;]*[A-Za-z]|[^]/gu)) {
    if (token === "\n") {
      row += 1;
      column = 0;
    } else if (token.startsWith("\u001B[")) {
      const count = Number(/\d+/.exec(token)?.[0] ?? 1);
      switch (token.at(-1)) {
        case "A":
          row = Math.max(0, row - count);
          break;
        case "B":
          row += count;
          break;
        case "G":
          column = count - 1;
          break;
        case "K":
          if (token === "\u001B[2K") lines[row] = [];
          else (lines[row] ??= []).length = Math.min(column, lines[row]?.length ?? 0);
          break;
        case "m":
          break;
        default:
          throw new Error(`unknown control sequence ${JSON.stringify(token)}`);
      }
    } else {
      if (column >= columns) throw new Error(`column ${column} of ${columns}: a terminal would wrap here`);
      const line = (lines[row] ??= []);
      while (line.length < column) line.push(" ");
      line[column] = token;
      column += 1;
    }
    while (lines.length <= row) lines.push([]);
  }
  return lines.map((line) => line.join("").trimEnd());
}
