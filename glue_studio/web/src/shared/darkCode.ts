/** Code on a dark ground, with a contrast of at least 4.5 to 1. */
import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { EditorView } from "@codemirror/view";
import { tags } from "@lezer/highlight";

const colours = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword, tags.modifier], color: "#c9a6ff" },
  { tag: [tags.string, tags.special(tags.string)], color: "#8fd694" },
  { tag: [tags.number, tags.bool, tags.null], color: "#ffc96b" },
  { tag: [tags.comment, tags.meta], color: "#a4a4ad" },
  { tag: [tags.function(tags.variableName), tags.definition(tags.variableName)], color: "#7cc0ff" },
  { tag: [tags.typeName, tags.className], color: "#ffd59e" },
]);

const ground = EditorView.theme(
  {
    "&": { backgroundColor: "#0f1b2a", color: "#ebebf0" },
    ".cm-gutters": { backgroundColor: "#0f1b2a", color: "#a4a4ad", border: "none" },
    ".cm-cursor": { borderLeftColor: "#ebebf0" },
    "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
      backgroundColor: "#2d4a6b",
    },
    ".cm-tooltip": { backgroundColor: "#1b232d", color: "#ebebf0" },
  },
  { dark: true },
);

export const darkCode = [ground, syntaxHighlighting(colours)];
