/** What the form of a node is given. */
import type { Inspection, KindForm, NodeView, TableView } from "../api/client";

export interface FormProps {
  node: NodeView;
  form: KindForm;
  inspection: Inspection;
  tables: TableView[];
  dark: boolean;
  /** Write the statements of the tables that the job writes and nothing defines. */
  onDefine: () => void;
  onFields: (fields: Record<string, unknown>) => Promise<boolean>;
}
