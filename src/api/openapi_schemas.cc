// Bodies and answers as JSON Schema. The rules inside a report document stand in the report
// language's own page; here is what a client needs to send one and to read what comes back.
#include "api/openapi.h"

namespace starling::api {

std::string_view openapi_schemas() {
  return R"json({
  "Problem": {"type": "object", "required": ["type", "title", "status", "detail"], "properties": {
    "type": {"type": "string"}, "title": {"type": "string"}, "status": {"type": "integer"},
    "detail": {"type": "string"},
    "errors": {"type": "array", "items": {"type": "object", "required": ["path", "message"], "properties": {
      "path": {"type": "string"}, "message": {"type": "string"}}}}}},
  "Report": {"type": "object", "required": ["report"], "properties": {
    "report": {"enum": ["insights", "retention", "users", "funnel", "flow"]},
    "from": {"type": "string"}, "to": {"type": "string"}, "last": {"type": "string"}, "unit": {"type": "string"},
    "timezone": {"type": "string"}, "week_start": {"type": "string"}, "where": {"type": "array"},
    "breakdown": {"type": "array"}, "limit": {"type": "integer", "minimum": 0}}},
  "Result": {"type": "object", "required": ["report", "timezone", "as_of", "elapsed_ms"], "properties": {
    "report": {"type": "string"}, "timezone": {"type": "string"}, "from": {"type": ["string", "null"]},
    "to": {"type": ["string", "null"]}, "as_of": {"type": "string"}, "elapsed_ms": {"type": "number"},
    "events_scanned": {"type": "integer"}, "unit": {"type": ["string", "null"]},
    "intervals": {"type": "array", "items": {"type": "string"}},
    "series": {"type": "array", "items": {"type": "object", "required": ["segment"]}},
    "segments": {"$ref": "#/components/schemas/Segments"},
    "size": {"type": "integer"},
    "users": {"type": "array", "items": {"type": "object", "required": ["id"], "properties": {
      "id": {"type": "string"}}}}}},
  "Segments": {"type": "object", "required": ["returned", "found", "overlap"], "properties": {
    "returned": {"type": "integer"}, "found": {"type": "integer"}, "overlap": {"type": "boolean"}}},
  "Project": {"type": "object",
    "required": ["project", "timezone", "week_start", "version", "data_version", "now", "events", "users",
                 "first_event", "last_event", "synced_at"], "properties": {
    "project": {"type": "string"}, "timezone": {"type": "string"}, "week_start": {"type": "string"},
    "version": {"type": "string"}, "data_version": {"type": "integer"}, "now": {"type": "string"},
    "events": {"type": "integer"}, "users": {"type": "integer"}, "first_event": {"type": ["string", "null"]},
    "last_event": {"type": ["string", "null"]}, "synced_at": {"type": ["string", "null"]}}},
  "Events": {"type": "object", "required": ["events"], "properties": {"events": {"type": "array", "items":
    {"type": "object", "required": ["event", "count", "users", "last_30_days", "first", "last"], "properties": {
      "event": {"type": "string"}, "count": {"type": "integer"}, "users": {"type": "integer"},
      "last_30_days": {"type": "integer"}, "first": {"type": ["string", "null"]},
      "last": {"type": ["string", "null"]}}}}}},
  "Properties": {"type": "object", "required": ["properties"], "properties": {"properties": {"type": "array",
    "items": {"$ref": "#/components/schemas/Property"}}}},
  "Property": {"type": "object", "required": ["reference", "label", "kind", "type", "filled", "example"],
    "properties": {
      "reference": {"$ref": "#/components/schemas/Reference"}, "label": {"type": "string"},
      "kind": {"enum": ["event", "user", "lookup", "member"]},
      "type": {"enum": ["text", "integer", "decimal", "float", "boolean", "date", "time", "list", "objects"]},
      "list": {"type": "string"}, "lookup": {"type": "string"}, "formula": {"type": "string"},
      "history": {"enum": ["event", "now"]}, "filled": {"type": ["number", "null"]},
      "example": {}}},
  "Reference": {"type": "object", "properties": {"property": {"type": "string"}, "user": {"type": "string"},
    "cohort": {"type": "string"}, "time": {"type": "string"}, "event": {"type": "boolean"},
    "as_of": {"enum": ["event", "now"]}}},
  "Values": {"type": "object", "required": ["values", "more"], "properties": {
    "values": {"type": "array", "items": {"type": "object", "required": ["value", "count"], "properties": {
      "value": {}, "count": {"type": "integer"}}}},
    "more": {"type": "boolean"}}},
  "ReportDraft": {"type": "object", "required": ["name", "report"], "properties": {
    "name": {"type": "string"}, "description": {"type": ["string", "null"]},
    "report": {"$ref": "#/components/schemas/Report"}, "view": {"$ref": "#/components/schemas/View"}}},
  "View": {"type": "object", "description": "How a client draws a report: at most 4096 bytes, given back as it is"},
  "SavedReport": {"type": "object", "required": ["id", "name", "description", "report", "created_at", "updated_at"],
    "properties": {
      "id": {"type": "string"}, "name": {"type": "string"}, "description": {"type": "string"},
      "report": {"$ref": "#/components/schemas/Report"}, "view": {"$ref": "#/components/schemas/View"},
      "created_at": {"type": "string"},
      "updated_at": {"type": "string"}}},
  "SavedReports": {"type": "object", "required": ["reports"], "properties": {"reports": {"type": "array",
    "items": {"$ref": "#/components/schemas/SavedReport"}}}},
  "Card": {"type": "object", "description": "Exactly one of report_id, report and text (Markdown)", "properties": {
    "report_id": {"type": "string"}, "report": {"$ref": "#/components/schemas/Report"},
    "view": {"$ref": "#/components/schemas/View"}, "name": {"type": "string"},
    "text": {"type": "string"}, "width": {"type": "integer", "minimum": 3, "maximum": 12}}},
  "BoardDraft": {"type": "object", "required": ["name", "cards"], "properties": {
    "name": {"type": "string"}, "description": {"type": ["string", "null"]},
    "cards": {"type": "array", "items": {"$ref": "#/components/schemas/Card"}}}},
  "Board": {"type": "object", "required": ["id", "name", "description", "cards", "created_at", "updated_at"],
    "properties": {
      "id": {"type": "string"}, "name": {"type": "string"}, "description": {"type": "string"},
      "cards": {"type": "array", "items": {"$ref": "#/components/schemas/Card"}},
      "created_at": {"type": "string"}, "updated_at": {"type": "string"}}},
  "Boards": {"type": "object", "required": ["boards"], "properties": {"boards": {"type": "array",
    "items": {"$ref": "#/components/schemas/Board"}}}},
  "CohortDefinition": {"type": "object", "description": "all or any of conditions", "properties": {
    "all": {"type": "array"}, "any": {"type": "array"}}},
  "CohortDraft": {"type": "object", "required": ["name", "definition"], "properties": {
    "name": {"type": "string"}, "definition": {"$ref": "#/components/schemas/CohortDefinition"}}},
  "Cohort": {"type": "object", "required": ["id", "name", "origin", "definition", "size"], "properties": {
    "id": {"type": "string"}, "name": {"type": "string"}, "origin": {"enum": ["model", "saved"]},
    "definition": {"$ref": "#/components/schemas/CohortDefinition"}, "size": {"type": ["integer", "null"]},
    "created_at": {"type": "string"}, "updated_at": {"type": "string"}}},
  "Cohorts": {"type": "object", "required": ["cohorts"], "properties": {"cohorts": {"type": "array",
    "items": {"$ref": "#/components/schemas/Cohort"}}}},
  "Metrics": {"type": "object", "required": ["metrics"], "properties": {"metrics": {"type": "array", "items":
    {"type": "object", "required": ["name", "definition"], "properties": {
      "name": {"type": "string"}, "definition": {"type": "object"}}}}}},
  "Sources": {"type": "object", "required": ["sources"], "properties": {"sources": {"type": "array",
    "items": {"$ref": "#/components/schemas/Source"}}}},
  "Source": {"type": "object",
    "required": ["source", "kind", "table", "mode", "every", "state", "last_run", "last_success", "message",
                 "rows_read", "rows_stored", "rows_kept_aside", "rows_total", "cursor", "reconciliation"],
    "properties": {
      "source": {"type": "string"}, "kind": {"enum": ["event", "users", "lookup"]}, "table": {"type": "string"},
      "mode": {"type": "string"}, "every": {"type": ["string", "null"]},
      "state": {"enum": ["never run", "ok", "failed", "paused"]}, "last_run": {"type": ["string", "null"]},
      "last_success": {"type": ["string", "null"]}, "message": {"type": ["string", "null"]},
      "rows_read": {"type": "integer"}, "rows_stored": {"type": "integer"}, "rows_known": {"type": "integer"},
      "paused": {"type": "boolean"}, "failures": {"type": "integer"}, "duration_ms": {"type": "integer"},
      "rows_replaced": {"type": "integer"}, "rows_removed": {"type": "integer"},
      "rows_changed": {"type": "integer"}, "rows_kept_aside": {"type": "integer"}, "rows_total": {"type": "integer"},
      "cursor": {"type": ["string", "null"]},
      "reconciliation": {"oneOf": [{"type": "null"}, {"type": "object",
        "required": ["warehouse_rows", "store_rows", "equal"], "properties": {
          "warehouse_rows": {"type": "integer"}, "store_rows": {"type": "integer"},
          "kept_aside": {"type": "integer"}, "duplicates": {"type": "integer"},
          "checksums": {"type": "boolean"}, "equal": {"type": "boolean"}}}]}}},
  "Runs": {"type": "object", "required": ["runs"], "properties": {"runs": {"type": "array", "items":
    {"type": "object", "required": ["started", "duration_ms", "state", "message", "rows_read", "rows_stored",
                                    "rows_replaced", "rows_removed", "rows_kept_aside"], "properties": {
      "started": {"type": "string"}, "duration_ms": {"type": "integer"}, "state": {"type": "string"},
      "message": {"type": ["string", "null"]}, "rows_read": {"type": "integer"},
      "rows_stored": {"type": "integer"}, "rows_replaced": {"type": "integer"},
      "rows_removed": {"type": "integer"}, "rows_kept_aside": {"type": "integer"}}}}}},
  "RunRequest": {"type": "object", "additionalProperties": false},
  "RunAsked": {"type": "object", "required": ["asked"], "properties": {"asked": {"type": "string"}}},
  "Schedule": {"type": "object", "required": ["paused"], "additionalProperties": false, "properties": {
    "paused": {"type": "boolean"}}},
  "SyncState": {"type": "object", "required": ["runs", "running"], "properties": {
    "runs": {"type": "boolean", "description": "whether this server runs sources by itself"},
    "running": {"oneOf": [{"type": "null"}, {"type": "object",
      "required": ["source", "phase", "rows_read", "rows_expected"], "properties": {
        "source": {"type": "string"}, "phase": {"enum": ["checking", "reading", "writing", "comparing"]},
        "rows_read": {"type": "integer"}, "rows_expected": {"type": ["integer", "null"]}}}]}}},
  "KeptAside": {"type": "object", "required": ["rows", "total"], "properties": {
    "rows": {"type": "array", "items": {"type": "object", "required": ["id", "reason", "first_seen", "row"],
      "properties": {"id": {"type": ["string", "null"]}, "reason": {"type": "string"},
                     "first_seen": {"type": "string"}, "row": {"type": "object"}}}},
    "total": {"type": "integer"}}},
  "OpenApi": {"type": "object", "required": ["openapi", "info", "paths", "components"], "properties": {
    "openapi": {"type": "string"}}},
  "Health": {"type": "object", "required": ["status"], "properties": {"status": {"const": "ok"}}}
})json";
}

}  // namespace starling::api
