import type { FoldedRun } from "../summary/fold.ts";

/** One form in which a run can be read. Pure: the same run and options give the same text, to the byte. Pictures are drawn by a library that is loaded when it is needed. */
export interface Report<Text extends string | Promise<string> = string> {
  /** The extension of the file it is kept in, without the dot. */
  readonly extension: string;
  /** For help texts: what it is and for whom. */
  readonly description: string;
  /** Ends with a line feed. */
  readonly render: (run: FoldedRun, options: ReportOptions) => Text;
}

/** Only the text report heeds them: where it is shown. */
export interface ReportOptions {
  readonly color: boolean;
  /** Columns, 80 or more. */
  readonly width: number;
  /** What its reader types to start the program; absent: its name. */
  readonly program?: string | undefined;
  /** What a person looks at first; absent: all of it. */
  readonly brief?: boolean;
}

/** How a report looks in a file, which is read wherever it is sent. */
export const FILE_OPTIONS: ReportOptions = { color: false, width: 100 };
