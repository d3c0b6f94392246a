"""The placeholder for a stored sync whose kind this version does not have. It has no fields and does nothing."""

from mappings.kinds.declaration import Heading, Kind, SideSpec, everybody

HEADING = Heading("Overview", "home", page="overview")


def unknown(slug: str) -> Kind:
    """A placeholder for a kind that is not in the registry."""
    return Kind(
        slug=slug,
        title=f"Syncs of the unknown kind {slug}",
        heading=HEADING,
        left=_side("the left system"),
        right=_side("the right system"),
        rules=lambda config: (),
        lists=lambda config: (),
        admit=everybody,
        new_left=lambda config, record: ([], {}),
    )


def _side(label: str) -> SideSpec:
    return SideSpec(
        system="",
        system_label=label,
        object="",
        one="record",
        many="records",
        label_field="",
        key_field="",
        key=lambda values: "",
        fields=lambda config: (),
    )
