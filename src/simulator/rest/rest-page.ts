import { badRequest, ERROR_CODE, json, type RestAnswer, RestError } from "./rest-answer.ts";

interface Listing<T> {
  /** What `textSearch` looks at. */
  readonly nameOf: (item: T) => string;
  /** By `sortProperty`. */
  readonly sortKeys: Readonly<Record<string, (item: T) => string | number>>;
}

/** One page of a listing, as the query's pageSize, page, textSearch, sortProperty and sortOrder ask for it. */
export function page<T>(
  all: readonly T[],
  query: URLSearchParams,
  { nameOf, sortKeys }: Listing<T>,
  show: (item: T) => object,
): RestAnswer {
  const [size, number] = [wholeNumber(query, "pageSize"), wholeNumber(query, "page")];
  if (size < 1) throw badRequest(`Incorrect page link page size '${size}'. Page size must be greater than zero.`);
  if (number < 0) throw badRequest(`Incorrect page link page '${number}'. Page must be positive integer.`);
  const search = (query.get("textSearch") ?? "").toLowerCase();
  const found = search === "" ? all : all.filter((item) => nameOf(item).toLowerCase().includes(search));
  const sorted = sortBy(found, sortKeys, query);
  const data = sorted.slice(size * number, size * (number + 1)).map(show);
  const totalPages = Math.ceil(sorted.length / size);
  return json({ data, totalPages, totalElements: sorted.length, hasNext: number + 1 < totalPages });
}

function sortBy<T>(items: readonly T[], sortKeys: Listing<T>["sortKeys"], query: URLSearchParams): readonly T[] {
  const property = query.get("sortProperty") ?? "";
  if (property === "") return items;
  const keyOf = sortKeys[property];
  if (keyOf === undefined) throw new RestError(500, ERROR_CODE.database, "Database error");
  const sign = (query.get("sortOrder") ?? "").toUpperCase() === "DESC" ? -1 : 1;
  return items.toSorted((left, right) => sign * compare(keyOf(left), keyOf(right)));
}

function wholeNumber(query: URLSearchParams, name: string): number {
  const text = query.get(name);
  if (text !== null && /^-?\d+$/.test(text)) return Number(text);
  const given = [...query].map(([key, value]) => `${key}={${value}}`).join(", ");
  throw badRequest(`Parameter conditions "pageSize, page" not met for actual request parameters: ${given}`);
}

function compare(left: string | number, right: string | number): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
