"""The describe calls: an object and its fields as the vendor tells them."""

from __future__ import annotations

from typing import Any

from connectors.sandbox.salesforce.org import Org
from connectors.sandbox.salesforce.schema.fields import COMPOUND_TYPES, NOT_AGGREGATABLE, TEXT_TYPES, Field
from connectors.sandbox.salesforce.schema.objects import ObjectType, RecordType


def global_entry(object: ObjectType, root: str) -> dict[str, Any]:
    """One object in the list of all objects; `root` is "/services/data/vNN.0"."""
    base = f"{root}/sobjects/{object.name}"
    urls = {
        "rowTemplate": f"{base}/{{ID}}",
        "describe": f"{base}/describe",
        "sobject": base,
    }
    if object.listviews:
        urls["listviews"] = f"{base}/listviews"
    yes, no = dict.fromkeys(_TRUE, True), dict.fromkeys(_FALSE, False)
    return {
        **yes,
        **no,
        "associateEntityType": None,
        "associateParentEntity": None,
        "createable": object.createable,
        "deletable": object.deletable,
        "keyPrefix": object.prefix,
        "label": object.label,
        "labelPlural": object.plural,
        "mergeable": object.mergeable,
        "name": object.name,
        "undeletable": object.deletable,
        "updateable": object.updateable,
        "urls": urls,
    }


_TRUE = ("layoutable", "mruEnabled", "queryable", "replicateable", "retrieveable", "searchable", "triggerable")
_FALSE = (
    "activateable",
    "custom",
    "customSetting",
    "deepCloneable",
    "deprecatedAndHidden",
    "feedEnabled",
    "hasSubtypes",
    "isInterface",
    "isSubtype",
)


def full(org: Org, object: ObjectType, root: str, base_url: str) -> dict[str, Any]:
    """The describe of one object with every field the API user sees."""
    described = global_entry(object, root)
    described["urls"] |= {
        "uiDetailTemplate": f"{base_url}/{{ID}}",
        "uiEditTemplate": f"{base_url}/{{ID}}/e",
        "uiNewRecord": f"{base_url}/{object.prefix}/e",
    }
    return described | {
        "actionOverrides": [],
        "childRelationships": _children(org, object),
        "compactLayoutable": True,
        "defaultImplementation": None,
        "extendedBy": None,
        "extendsInterfaces": None,
        "fields": [field_entry(f) for f in object.fields.values()],
        "implementedBy": None,
        "implementsInterfaces": None,
        "listviewable": None,
        "lookupLayoutable": None,
        "namedLayoutInfos": [],
        "networkScopeFieldName": None,
        "recordTypeInfos": [_record_type(r, object, root) for r in object.record_types],
        "searchLayoutable": True,
        "sobjectDescribeOption": "FULL",
        "supportedScopes": _scopes(object),
    }


# What no field of this organisation has.
_ALWAYS: dict[str, Any] = {
    **dict.fromkeys(
        (
            "aiPredictionField",
            "cascadeDelete",
            "deprecatedAndHidden",
            "encrypted",
            "formulaTreatNullNumberAsZero",
            "highScaleNumber",
            "restrictedDelete",
            "writeRequiresMasterRead",
        ),
        False,
    ),
    **dict.fromkeys(
        (
            "defaultValueFormula",
            "filteredLookupInfo",
            "inlineHelpText",
            "referenceTargetField",
            "relationshipOrder",
        ),
    ),
}


def field_entry(f: Field) -> dict[str, Any]:
    text = f.type in TEXT_TYPES
    length = 18 if f.type in ("id", "reference") else f.length
    return {
        **_ALWAYS,
        "aggregatable": f.type not in NOT_AGGREGATABLE and f.filterable,
        "autoNumber": f.auto_number is not None,
        "byteLength": length * 3 if text and f.type != "multipicklist" else length,
        "calculated": f.formula is not None,
        "calculatedFormula": f.formula,
        "caseSensitive": f.case_sensitive,
        "compoundFieldName": f.compound,
        "controllerName": f.controller,
        "createable": f.createable,
        "custom": f.custom,
        "defaultValue": f.default,
        "defaultedOnCreate": f.defaulted,
        "dependentPicklist": f.controller is not None,
        "digits": f.digits,
        "displayLocationInDecimal": f.type == "location",
        "externalId": f.external_id,
        "extraTypeInfo": f.extra,
        "filterable": f.filterable,
        "groupable": f.groupable,
        "htmlFormatted": f.html,
        "idLookup": f.id_lookup,
        "label": f.label,
        "length": length,
        "mask": f.mask,
        "maskType": "all" if f.mask else None,
        "name": f.name,
        "nameField": f.name_field,
        "namePointing": len(f.reference_to) > 1,
        "nillable": f.nillable,
        "permissionable": f.permissionable,
        "picklistValues": [picklist_entry(v) for v in f.values],
        "polymorphicForeignKey": len(f.reference_to) > 1,
        "precision": f.precision,
        "queryByDistance": f.type in COMPOUND_TYPES,
        "referenceTo": list(f.reference_to),
        "relationshipName": f.relationship,
        "restrictedPicklist": f.restricted,
        "scale": f.scale,
        "searchPrefilterable": f.type == "reference" and f.permissionable,
        "soapType": f.soap_type,
        "sortable": f.sortable,
        "type": f.type,
        "unique": f.unique,
        "updateable": f.updateable,
    }


def picklist_entry(value: Any) -> dict[str, Any]:
    return {
        "active": value.active,
        "defaultValue": value.default,
        "label": value.label,
        "validFor": value.valid_for,
        "value": value.value,
    }


def _record_type(r: RecordType, object: ObjectType, root: str) -> dict[str, Any]:
    return {
        "active": r.active,
        "available": r.available,
        "defaultRecordTypeMapping": r.default,
        "developerName": r.developer_name,
        "master": r.master,
        "name": r.name,
        "recordTypeId": r.id,
        "urls": {"layout": f"{root}/sobjects/{object.name}/describe/layouts/{r.id}"},
    }


def _children(org: Org, object: ObjectType) -> list[dict[str, Any]]:
    return [
        {
            "cascadeDelete": object.name == "Account" and other.name == "Contact" and f.name == "AccountId",
            "childSObject": other.name,
            "deprecatedAndHidden": False,
            "field": f.name,
            "junctionIdListNames": [],
            "junctionReferenceTo": [],
            "relationshipName": object.child_names.get(f"{other.name}.{f.name}"),
            "restrictedDelete": False,
        }
        for other in org.objects.values()
        for f in other.fields.values()
        if object.name in f.reference_to
    ]


def _scopes(object: ObjectType) -> list[dict[str, str]]:
    everything = [{"label": f"All {object.plural.lower()}", "name": "everything"}]
    if "OwnerId" not in object.fields:
        return everything
    return [
        *everything,
        {"label": f"My {object.plural.lower()}", "name": "mine"},
        {"label": f"My team's {object.plural.lower()}", "name": "team"},
    ]
