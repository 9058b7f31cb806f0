/** A text in SQL or Python, with highlighting and completion. */
import { autocompletion, closeBrackets, completionKeymap, type Completion } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { python } from "@codemirror/lang-python";
import { sql } from "@codemirror/lang-sql";
import { bracketMatching, defaultHighlightStyle, indentOnInput, syntaxHighlighting } from "@codemirror/language";
import { Annotation, Compartment, EditorState, type Extension, StateEffect, StateField, RangeSet } from "@codemirror/state";
import { Decoration, type DecorationSet, EditorView, keymap, lineNumbers } from "@codemirror/view";
import { useEffect, useRef } from "react";
import { darkCode } from "./darkCode";

interface Props {
  value: string;
  language: "sql" | "python";
  label: string;
  dark: boolean;
  readOnly?: boolean;
  /** Table or alias to its columns, for completion. */
  schema?: Record<string, string[]>;
  /** Numbers of lines that are new, counted from 1. */
  changed?: number[];
  onChange?: (value: string) => void;
  onRun?: () => void;
}

const NONCE = document.querySelector<HTMLElement>("script[nonce]")?.nonce ?? "";
/** Marks a text that did not come from the keys, so that it is not told as typed. */
const fromOutside = Annotation.define<boolean>();
const setChanged = StateEffect.define<number[]>();
const changedLines = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(before, transaction) {
    for (const effect of transaction.effects)
      if (effect.is(setChanged)) {
        const lines = effect.value.filter((line) => line <= transaction.state.doc.lines);
        return RangeSet.of(
          lines.map((line) =>
            Decoration.line({ class: "changed-line" }).range(transaction.state.doc.line(line).from),
          ),
        );
      }
    return before.map(transaction.changes);
  },
  provide: (field) => EditorView.decorations.from(field),
});

function languageOf(language: Props["language"], schema: Props["schema"]): Extension {
  if (language === "sql") return sql({ schema: schema ?? {}, upperCaseKeywords: false });
  const words: Completion[] = Object.values(schema ?? {})
    .flat()
    .map((label) => ({ label, type: "property" }));
  return [python(), EditorState.languageData.of(() => [{ autocomplete: words }])];
}

export function CodeEditor(props: Props) {
  const place = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(null);
  const language = useRef(new Compartment());
  const look = useRef(new Compartment());
  const latest = useRef(props);
  useEffect(() => {
    latest.current = props;
  });

  useEffect(() => {
    if (!place.current) return;
    const made = new EditorView({
      parent: place.current,
      state: EditorState.create({
        doc: latest.current.value,
        extensions: [
          EditorView.cspNonce.of(NONCE),
          lineNumbers(),
          history(),
          indentOnInput(),
          bracketMatching(),
          closeBrackets(),
          autocompletion(),
          changedLines,
          keymap.of([
            {
              key: "Mod-Enter",
              run: () => {
                latest.current.onRun?.();
                return !!latest.current.onRun;
              },
            },
            ...completionKeymap,
            ...defaultKeymap,
            ...historyKeymap,
          ]),
          EditorView.lineWrapping,
          EditorState.readOnly.of(!!latest.current.readOnly),
          EditorView.editable.of(!latest.current.readOnly),
          EditorView.contentAttributes.of({ "aria-label": latest.current.label, tabindex: "0" }),
          EditorView.updateListener.of((update) => {
            if (update.docChanged && !update.transactions.some((one) => one.annotation(fromOutside))) latest.current.onChange?.(update.state.doc.toString());
          }),
          language.current.of([]),
          look.current.of([]),
        ],
      }),
    });
    view.current = made;
    return () => made.destroy();
  }, []);

  const schema = JSON.stringify(props.schema ?? {});
  useEffect(() => {
    const known = JSON.parse(schema) as Record<string, string[]>;
    view.current?.dispatch({ effects: language.current.reconfigure(languageOf(props.language, known)) });
  }, [props.language, schema]);
  useEffect(() => {
    view.current?.dispatch({
      effects: look.current.reconfigure(props.dark ? darkCode : syntaxHighlighting(defaultHighlightStyle)),
    });
  }, [props.dark]);
  const changed = JSON.stringify(props.changed ?? []);
  useEffect(() => {
    const editor = view.current;
    if (!editor) return;
    if (editor.state.doc.toString() !== props.value.replace(/\r\n?/g, "\n"))
      editor.dispatch({
        changes: { from: 0, to: editor.state.doc.length, insert: props.value },
        annotations: fromOutside.of(true),
      });
    editor.dispatch({ effects: setChanged.of(JSON.parse(changed) as number[]) });
  }, [props.value, changed]);

  return <div className="code-editor" ref={place} />;
}
