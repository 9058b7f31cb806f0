/** Rows as a table: sorted by a column, pages, a null told from an empty text. */
import { useCollection } from "@cloudscape-design/collection-hooks";
import Box from "@cloudscape-design/components/box";
import Pagination from "@cloudscape-design/components/pagination";
import Table from "@cloudscape-design/components/table";
import { type ReactNode, useMemo } from "react";
import type { Column } from "../api/client";

interface Props {
  columns: Column[];
  rows: unknown[][];
  label: string;
  header?: ReactNode;
  pageSize?: number;
}

export function shown(value: unknown): string {
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

function compare(one: unknown, other: unknown): number {
  if (one === null || other === null) return Number(other === null) - Number(one === null);
  if (typeof one === "number" && typeof other === "number") return one - other;
  return shown(one).localeCompare(shown(other), "en", { numeric: true });
}

export function Rows({ columns, rows, label, header, pageSize = 50 }: Props) {
  const { items, collectionProps, paginationProps } = useCollection(rows, {
    pagination: { pageSize },
    sorting: {},
  });
  // a sorted column is known by its comparator, which has to stay the same one
  const definitions = useMemo(
    () =>
      columns.map((column, index) => ({
        id: `${index}`,
        header: (
          <span>
            {column.name} <Box variant="span" color="text-body-secondary" fontSize="body-s">{column.type}</Box>
          </span>
        ),
        ariaLabel: () => `${column.name} ${column.type}`.trim(),
        minWidth: 90,
        width: Math.min(260, 60 + 9 * Math.max(column.name.length + column.type.length, longest(rows, index))),
        sortingComparator: (one: unknown[], other: unknown[]) => compare(one[index], other[index]),
        cell: (row: unknown[]) => (row[index] === null ? <span className="cell-null">null</span> : shown(row[index])),
      })),
    [columns, rows],
  );
  return (
    <Table
      {...collectionProps}
      items={items}
      header={header}
      variant="embedded"
      contentDensity="compact"
      resizableColumns
      stickyHeader
      wrapLines={false}
      ariaLabels={{ tableLabel: label }}
      empty={<Box color="text-body-secondary">No rows.</Box>}
      pagination={rows.length > pageSize ? <Pagination {...paginationProps} ariaLabels={PAGES} /> : undefined}
      columnDefinitions={definitions}
    />
  );
}

const PAGES = { nextPageLabel: "Next page", previousPageLabel: "Previous page", pageLabel: (page: number) => `Page ${page}` };

function longest(rows: unknown[][], index: number): number {
  return rows.slice(0, 20).reduce((most, row) => Math.max(most, row[index] === null ? 4 : shown(row[index]).length), 0);
}

/** Return rows as CSV, a null as nothing. */
export function asCsv(columns: Column[], rows: unknown[][]): string {
  const cell = (value: unknown) => {
    if (value === null) return "";
    const text = shown(value);
    return /[",\n\r]/.test(text) || text === "" ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return [columns.map((column) => cell(column.name)), ...rows.map((row) => row.map(cell))]
    .map((row) => row.join(","))
    .join("\n");
}
