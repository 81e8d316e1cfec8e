import type { DeviceStore, ProfileRecord } from "../core/device-store.ts";
import { json, objectAt, readObject, type RestAnswer, textAt } from "./rest-answer.ts";
import { DEVICE_REFUSALS } from "./rest-devices.ts";

/** `POST /api/device/bulk_import` (DC:780-785): a row a device; a name that exists is moved to the row's profile. */
export function importDevices(store: DeviceStore, tenant: string, body: string): RestAnswer {
  const given = readObject(body);
  const mapping = objectAt(given, "mapping");
  const columns = (Array.isArray(mapping["columns"]) ? mapping["columns"] : []) as readonly {
    readonly type?: unknown;
  }[];
  const rows = readRows(textAt(given, "file") ?? "", textAt(mapping, "delimiter") ?? ",");
  const errors: string[] = [];
  let [created, updated] = [0, 0];
  for (const row of mapping["header"] === true ? rows.slice(1) : rows) {
    const cell = (type: string): string => row[columns.findIndex((column) => column.type === type)] ?? "";
    const [name, profile] = [cell("NAME"), profileNamed(store, tenant, cell("TYPE"))];
    const known = store.deviceByName(tenant, name);
    if (known !== undefined) {
      store.moveDevice(known, profile);
      updated += 1;
      continue;
    }
    const gateway = cell("IS_GATEWAY") === "true";
    const additionalInfo = columns.some(({ type }) => type === "IS_GATEWAY") ? { gateway } : {};
    const added = store.createDevice({ profile, name, credentials: undefined, gateway, additionalInfo });
    if (typeof added === "string") errors.push(DEVICE_REFUSALS[added]);
    else created += 1;
  }
  return json({ created, updated, errors: errors.length, errorsList: errors });
}

/** A profile that does not exist is made. */
function profileNamed(store: DeviceStore, tenant: string, name: string): ProfileRecord {
  const wanted = name === "" ? "default" : name;
  const known = store.profileByName(tenant, wanted);
  if (known !== undefined) return known;
  const made = store.addProfile({
    tenant,
    isDefault: false,
    name: wanted,
    key: undefined,
    secret: "",
    strategy: "disabled",
    transport: "DEFAULT",
    namePattern: "(.*)",
    allowCreateByChain: false,
  });
  if (typeof made === "string") throw new Error(made);
  return made;
}

/** Cells may be in double quotes, doubled within (RFC 4180); empty lines are left out. */
function readRows(text: string, delimiter: string): readonly (readonly string[])[] {
  const rows: string[][] = [];
  let [row, cell, quoted]: [string[], string, boolean] = [[], "", false];
  const endRow = (): void => {
    row.push(cell);
    if (row.some((each) => each !== "")) rows.push(row);
    [row, cell] = [[], ""];
  };
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index];
    if (quoted) {
      if (character !== '"') cell += character;
      else if (text[index + 1] === '"') cell += text[(index += 1)];
      else quoted = false;
    } else if (character === '"') quoted = true;
    else if (character === delimiter) {
      row.push(cell);
      cell = "";
    } else if (character === "\n") endRow();
    else if (character !== "\r") cell += character;
  }
  endRow();
  return rows;
}
