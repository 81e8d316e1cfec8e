import { AFTERWARDS_NAME } from "./afterwards-file.ts";
import { BRAKE_NAME } from "./brake-file.ts";
import { CALIBRATION_NAME } from "./calibration-file.ts";
import { LABELS_NAME } from "./labels-file.ts";
import { MARKS_NAME } from "./marks-file.ts";
import { MEMBERS_NAME } from "./members-file.ts";
import { PLAN_NAME } from "./plan-file.ts";
import { SERVER_NAME } from "./server-file.ts";
import { SUMMARY_NAME } from "./summary-file.ts";
import { WATCH_NAME } from "./watch-file.ts";

/** What a report is made from, beside the journals; none has a credential of a device. */
const RECORDS: readonly string[] = [
  PLAN_NAME,
  SUMMARY_NAME,
  SERVER_NAME,
  BRAKE_NAME,
  CALIBRATION_NAME,
  LABELS_NAME,
  MEMBERS_NAME,
  MARKS_NAME,
  AFTERWARDS_NAME,
  WATCH_NAME,
];
const SHOWN = /^(?:journal-\d+\.ndjson|report\.(?:txt|html|xml|json)|latency\.(?:hlog|hgrm))$/;
const OTHER = /^(?:roster-\d+\.ndjson|verify-\d{8}T\d{6}Z\.json|unknown[\w-]*\.txt|resumed-by)$/;
/** What is left of a file that was cut off while it was written. */
const PART = /\.[0-9a-f]{8}\.part$/;

/** Whether others may see that file of a run's folder: rosters have credentials, and what rollcall did not write may have anything. */
export function isShownFile(name: string): boolean {
  return RECORDS.includes(name) || SHOWN.test(name);
}

/** Whether rollcall gives that name to a file in a run's folder. */
export function isRunFile(name: string): boolean {
  const whole = name.replace(PART, "");
  return isShownFile(whole) || OTHER.test(whole);
}
