/** Athena's SQL over the lake's tables: nothing is changed. */
import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import ExpandableSection from "@cloudscape-design/components/expandable-section";
import Header from "@cloudscape-design/components/header";
import Select from "@cloudscape-design/components/select";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { useState } from "react";
import { answer, api, tell, type Schemas, wordsOf } from "../api/client";
import { CodeEditor } from "../shared/CodeEditor";
import { useLoaded } from "../shared/load";
import { counted } from "../shared/counted";
import { asCsv, Rows } from "../shared/Rows";

const KEY = "query";

export default function QueryPage({ dark }: { dark: boolean }) {
  const tables = useLoaded("tables", () => answer(api.GET("/api/tables")));
  const saved = useLoaded("queries", () => answer(api.GET("/api/queries")));
  const [sql, setSql] = useState(() => localStorage.getItem(KEY) ?? "");
  const [running, setRunning] = useState(false);
  const [result, setResult] = useState<Schemas["Answer"]>();
  const [error, setError] = useState("");
  const [times, setTimes] = useState(0);
  const [name, setName] = useState("");
  const change = (next: string) => {
    setName("");
    setSql(next);
    localStorage.setItem(KEY, next);
  };
  const run = async (text = sql) => {
    setRunning(true);
    setResult(undefined);
    setError("");
    try {
      setResult(await answer(api.POST("/api/query", { body: { sql: text } })));
      setTimes((before) => before + 1);
    } catch (problem) {
      setResult(undefined);
      setError(wordsOf(problem));
    } finally {
      setRunning(false);
    }
  };
  const schema = Object.fromEntries((tables.value ?? []).map((one) => [one.name, one.columns.map((column) => column.name)]));
  const csv = result ? asCsv(result.columns, result.rows) : "";
  return (
    <div className="query-page">
      <aside aria-label="Tables">
        <Header variant="h2">Tables</Header>
        {tables.error && <Alert type="error">{tables.error}</Alert>}
        {(tables.value ?? []).map((table) => (
          <ExpandableSection
            key={`${table.database}.${table.name}`}
            headerText={table.name}
            headerDescription={table.in_lake ? table.database : `${table.database}, not in the lake yet`}
          >
            <Button
              variant="inline-link"
              disabled={!table.in_lake}
              onClick={() => {
                const text = `select *\nfrom ${table.database}.${table.name}\nlimit 100`;
                change(text);
                void run(text);
              }}
            >
              Show its first rows
            </Button>
            {table.columns.map((column) => (
              <div key={column.name}>
                {column.name} <Box variant="span" color="text-body-secondary">{column.type}</Box>
              </div>
            ))}
          </ExpandableSection>
        ))}
      </aside>
      <SpaceBetween size="m">
        <Header variant="h1" description="Athena's SQL over the tables of the lake. Nothing is changed.">
          Query
        </Header>
        <Select
          selectedOption={name ? { value: name, label: name } : null}
          options={(saved.value ?? []).map((one) => ({ value: one.name, label: one.name }))}
          placeholder="Open a saved query"
          empty="No saved queries"
          filteringType="auto"
          ariaLabel="Saved queries"
          onChange={({ detail }) => {
            change(saved.value?.find((one) => one.name === detail.selectedOption.value)?.sql ?? sql);
            setName(detail.selectedOption.value ?? "");
          }}
        />
        <CodeEditor value={sql} language="sql" label="Query" dark={dark} schema={schema} onChange={change} onRun={() => void run()} />
        <SpaceBetween size="s" direction="horizontal" alignItems="center">
          <Button variant="primary" onClick={() => void run()} loading={running} loadingText="Running" disabled={!sql.trim()}>
            Run (Ctrl+Enter)
          </Button>
          {running && <Button onClick={() => tell(api.POST("/api/query/stop"))}>Stop</Button>}
          {result && !running && (
            <StatusIndicator type="success">
              {counted(result.rows.length, "row")}
              {result.more && " and more"} in {result.seconds.toFixed(2)} s,{" "}
              {Math.ceil(result.bytes_scanned / 1024).toLocaleString("en")} KiB scanned
            </StatusIndicator>
          )}
          {result && (
            <SpaceBetween size="xs" direction="horizontal">
              <Button onClick={() => navigator.clipboard.writeText(csv).catch((problem: unknown) => setError(wordsOf(problem)))}>Copy</Button>
              <Button href={`data:text/csv;charset=utf-8,${encodeURIComponent(csv)}`} download="answer.csv">
                CSV
              </Button>
            </SpaceBetween>
          )}
        </SpaceBetween>
        {error && (
          <Alert type="error" header="The query failed">
            <span style={{ whiteSpace: "pre-wrap" }}>{error}</span>
          </Alert>
        )}
        {result && <Rows key={times} columns={result.columns} rows={result.rows} label="Answer" />}
      </SpaceBetween>
    </div>
  );
}
