import { describe, expect, it } from "vitest";
import { looksLikeCsv, namesOfColumn, namesOfLines, repeatedNames } from "../../../src/scenario/names-file.ts";

const names = (text: string): readonly string[] => namesOfLines(text).map(({ name }) => name);

describe("a file of names", () => {
  it.each(["\n", "\r\n", "\r"])("has one a line, however lines end: %j", (end) => {
    expect(names(["meter 1", "", "  meter 2 ", "温度"].join(end))).toEqual(["meter 1", "meter 2", "温度"]);
  });

  it("has comments that begin with # and a space, and devices that begin with # and anything else", () => {
    expect(names("one\n#2\ntwo\n# comment\n#\n  # another\n#\ttabbed\n")).toEqual(["one", "#2", "two"]);
  });

  it("tells names that are there more than once, with their lines", () => {
    expect(repeatedNames(namesOfLines("dup\n# dup\ndup\nother\n\ndup"))).toEqual([{ name: "dup", lines: [1, 3, 6] }]);
    expect(repeatedNames(namesOfLines("a\nb\n"))).toEqual([]);
  });

  it.each([
    ["name,type\nmeter-1,default\n", true],
    ["name;type\nmeter-1;default\n", true],
    ["name\ttype\nmeter-1\tdefault\n", true],
    ["meter-1\nmeter-2\n", false],
    ["Smith, John\nmeter-2\n", false],
    ["only,one\n", false],
  ])("looks like a table or not: %j", (text, table) => {
    expect(looksLikeCsv(namesOfLines(text))).toBe(table);
  });
});

describe("a column of a CSV file", () => {
  const column = (text: string, title = "name") => namesOfColumn(text, title);

  it("holds the names, with the lines where they begin", () => {
    expect(column("name,type,label\r\nmeter-1,default,A\r\n\r\nmeter-2,default,B\r\n")).toEqual([
      { name: "meter-1", line: 2 },
      { name: "meter-2", line: 4 },
    ]);
    expect(column("type,name\na,m1\nb,m2", "type")).toMatchObject([{ name: "a" }, { name: "b" }]);
  });

  it("takes quotes, doubled quotes, and line breaks within them", () => {
    expect(column('label,name\n"a, b","m ""1"""\n"two\nlines",m2\nx,m3\n')).toEqual([
      { name: 'm "1"', line: 2 },
      { name: "m2", line: 3 },
      { name: "m3", line: 5 },
    ]);
  });

  it("is not there: says which are", () => {
    expect(column("id,label\n1,a\n")).toBe("it has no column name: its first line has id, label");
    expect(column("")).toBe("it has no column name: its first line has ");
  });

  it("is told of where quotes do not end, or not at the end", () => {
    expect(column('name\nm1\n"never closed\nm2\n')).toBe(
      "line 3 is no CSV: a quote is not closed, or something follows one",
    );
    expect(column('name\n"m1"x\n')).toMatch("line 2 is no CSV");
  });
});
