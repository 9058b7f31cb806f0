import { beforeEach, describe, expect, test, vi } from "vitest";
import type { KindForm } from "../src/api/client";
import { dropDraft, dropDraftsOf, hasDraft, keepDraft, readDraft } from "../src/canvas/drafts";
import { begun, done, redone, undone } from "../src/canvas/history";
import { best, matching } from "../src/canvas/Palette";
import { actionOf, type KeyActions } from "../src/canvas/useKeys";
import { changedLines } from "../src/panels/changedLines";
import { choicesOf, structFields } from "../src/properties/columns";
import { condition, withOperand } from "../src/properties/FilterForm";
import { paired } from "../src/properties/JoinForm";
import { parseRoute } from "../src/shared/route";
import { asCsv } from "../src/shared/Rows";

describe("history", () => {
  test("steps are undone and done again in their order", () => {
    const two = done(done(begun("a"), "b"), "c");
    expect(undone(undone(two))).toEqual({ past: [], now: "a", future: ["b", "c"] });
    expect(redone(redone(undone(undone(two))))).toEqual(two);
  });
  test("at its ends nothing happens", () => {
    expect(undone(begun("a"))).toEqual(begun("a"));
    expect(redone(begun("a"))).toEqual(begun("a"));
  });
  test("a new step takes the place of those that were undone", () => {
    expect(done(undone(done(begun("a"), "b")), "x")).toEqual({ past: ["a"], now: "x", future: [] });
  });
});

describe("columns", () => {
  test.each([
    ["struct<a:int,b:struct<c:string,d:map<string,int>>>", [["a", "int"], ["b", "struct<c:string,d:map<string,int>>"]]],
    ["struct<price:decimal(10,2),n:int>", [["price", "decimal(10,2)"], ["n", "int"]]],
    ["array<struct<a:int>>", []],
    ["struct<>", []],
    ["string", []],
  ])("the fields of %s", (type, fields) => {
    expect(structFields(type)).toEqual(fields);
  });
  test("fields stand below their struct", () => {
    const choices = choicesOf([{ name: "who", type: "struct<id:int>" }]);
    expect(choices.map((one) => [one.path.join("."), one.depth])).toEqual([["who", 0], ["who.id", 1]]);
  });
});

describe("changed lines", () => {
  test.each([
    ["a\nb\nc", "a\nb\nc", []],
    ["a\nb\nc", "a\nx\nc", [2]],
    ["a\nc", "a\nb\nc", [2]],
    ["a\nb\nc", "a\nc", []],
    ["", "a\nb", [1, 2]],
  ])("from %j to %j", (before, after, lines) => {
    expect(changedLines(before, after)).toEqual(lines);
  });
});

describe("CSV", () => {
  test("a null is nothing, an empty text is quoted, quotes are doubled", () => {
    const columns = [{ name: "a", type: "" }, { name: "b,c", type: "" }];
    expect(asCsv(columns, [[null, ""], ['say "hi"', 1.5], [["x", 1], "two\nlines"]])).toBe(
      'a,"b,c"\n,""\n"say ""hi""",1.5\n"[""x"",1]","two\nlines"',
    );
  });
});

describe("addresses", () => {
  test.each([
    ["", { page: "flow", name: "" }],
    ["#/jobs/a%20b", { page: "job", name: "a b" }],
    ["#/jobs/", { page: "flow", name: "" }],
    ["#/runs/2026", { page: "runs", name: "2026" }],
    ["#/query", { page: "query", name: "" }],
    ["#/nowhere", { page: "flow", name: "" }],
  ])("%s", (hash, route) => {
    expect(parseRoute(hash)).toEqual(route);
  });
});

describe("palette", () => {
  const kind = (name: string, label: string, help = "") => ({ kind: name, label, role: "Transform", help }) as KindForm;
  const kinds = [
    kind("Route", "Conditional Router", "by a filter"),
    kind("MySQLCatalogSource", "MySQL Catalog Source"),
    kind("Filter", "Filter"),
    kind("SparkSQL", "SQL Query"),
  ];
  test("words are found anywhere", () => {
    expect(matching(kinds, "filter").map((one) => one.kind)).toEqual(["Route", "Filter"]);
    expect(matching(kinds, "catalog MYSQL").map((one) => one.kind)).toEqual(["MySQLCatalogSource"]);
  });
  test.each([["filter", "Filter"], ["sql", "SparkSQL"], ["cond", "Route"]])("Enter after %s takes %s", (text, wanted) => {
    expect(best(matching(kinds, text), text)?.kind).toBe(wanted);
  });
});

describe("forms", () => {
  test("a join has as many keys on both sides", () => {
    const sides = paired([{ From: "b", Keys: [["x"], ["y"]] }], ["a", "b"]);
    expect(sides).toEqual([{ From: "a", Keys: [[], []] }, { From: "b", Keys: [["x"], ["y"]] }]);
  });
  test("an operand is changed and the others stay", () => {
    const one = { ...condition(["a"], "1"), Values: [...condition(["a"], "1").Values, { Type: "COLUMNEXTRACTED", Value: ["z"] }] };
    expect(withOperand(one, "COLUMNEXTRACTED", ["b"]).Values.map((operand) => operand.Value)).toEqual([["b"], ["1"], ["z"]]);
  });
});

describe("keys", () => {
  const actions = Object.fromEntries(
    ["save", "undo", "redo", "copy", "paste", "remove", "add"].map((name) => [name, () => name]),
  ) as unknown as KeyActions;
  const inside = (html: string, wanted: string) => {
    document.body.innerHTML = html;
    return document.querySelector(wanted) ?? document.body;
  };
  const pressed = (target: Element, key: string, over: Partial<KeyboardEvent> = {}) =>
    actionOf({ target, key, ctrlKey: false, metaKey: false, shiftKey: false, ...over } as unknown as KeyboardEvent, actions)?.();
  test.each([
    ["<p></p>", "none", "Delete", {}, "remove"],
    ['<div class="job-canvas"><i></i></div>', "i", "a", {}, "add"],
    ["<aside><b></b></aside>", "b", "Delete", {}, undefined],
    ["<input>", "input", "a", {}, undefined],
    ["<input>", "input", "z", { ctrlKey: true }, undefined],
    ["<input>", "input", "s", { ctrlKey: true }, "save"],
    ['<input type="checkbox">', "input", "z", { ctrlKey: true }, "undo"],
    ["<p></p>", "none", "Z", { ctrlKey: true, shiftKey: true }, "redo"],
    ["<p></p>", "none", "y", { metaKey: true }, "redo"],
    ['<div class="cm-editor"><i></i></div>', "i", "Backspace", {}, undefined],
    ['<div role="dialog"><i></i></div>', "i", "s", { ctrlKey: true }, undefined],
    ["<p></p>", "none", "a", { ctrlKey: true }, undefined],
  ])("in %s at %s: %s %j", (html, wanted, key, over, does) => {
    expect(pressed(inside(html, wanted), key, over)).toBe(does);
  });
});

describe("drafts", () => {
  const draft = { text: "t", version: "v", saved: "s", pending: [] };
  beforeEach(() => {
    vi.stubGlobal("localStorage", memory());
  });
  test("a draft is of a file, and is found by its job", () => {
    keepDraft("/one/jobs/a/a.json", draft);
    expect(readDraft("/one/jobs/a/a.json")).toEqual(draft);
    expect(readDraft("/other/jobs/a/a.json")).toBeUndefined();
    expect([hasDraft("a"), hasDraft("b")]).toEqual([true, false]);
    dropDraftsOf("a");
    expect(hasDraft("a")).toBe(false);
  });
  test("a page that has not read or written a draft does not remove it", () => {
    localStorage.setItem("draft of /f/a/a.json", JSON.stringify(draft));
    dropDraft("/f/a/a.json");
    expect(hasDraft("a")).toBe(true);
    readDraft("/f/a/a.json");
    dropDraft("/f/a/a.json");
    expect(hasDraft("a")).toBe(false);
  });
});

/** Return a storage whose keys are its own properties, as a browser's are. */
function memory(): Storage {
  const held: Record<string, string> = {};
  return new Proxy(held, {
    get: (_, name: string) =>
      ({
        getItem: (key: string) => held[key] ?? null,
        setItem: (key: string, text: string) => (held[key] = text),
        removeItem: (key: string) => Reflect.deleteProperty(held, key),
      })[name],
  }) as unknown as Storage;
}
