"""Tables of Amazon Redshift: through the Data Catalog, or directly through a connection."""

from __future__ import annotations

from glue_canvas import quoting
from glue_canvas.kinds.catalog import CatalogSource, CatalogTarget
from glue_canvas.kinds.kind import NodeScope


class RedshiftSource(CatalogSource):
    """A Redshift table of the Data Catalog as source."""

    name = "RedshiftSource"

    def options(self, scope: NodeScope) -> str:
        """Return the temporary folder and the role."""
        return temporary_folder(scope)


class RedshiftTarget(CatalogTarget):
    """A Redshift table of the Data Catalog as target."""

    name = "RedshiftTarget"

    def options(self, scope: NodeScope) -> str:
        """Return the temporary folder and the role."""
        return temporary_folder(scope)


def temporary_folder(scope: NodeScope) -> str:
    """Return the arguments, each followed by a comma; Studio leaves the space before additional_options out."""
    if not scope.get("RedshiftTmpDir"):
        return ""
    role = scope.get("TmpDirIAMRole")
    options = f'additional_options={{"aws_iam_role": {quoting.quoted(role)}}}, ' if role else ""
    return f"redshift_tmp_dir={scope.quoted('RedshiftTmpDir')},{options or ' '}"
