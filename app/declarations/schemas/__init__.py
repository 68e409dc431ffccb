"""The words of a declaration, as traders and their programs write them.

One schema validates the API's JSON, the pages' forms and what is read from other systems' messages. Its names are the
contract's; `box` in a field's metadata is the number of the SAD box, for screens, print and messages.
"""

from app.core.drafts import (
    DEEPEST_DRAFT,
    LARGEST_WHOLE,
    LONGEST_DRAFT_TEXT,
    MOST_OBJECTS,
    MOST_TOLD,
    draft_words,
    objects_in,
)
from app.core.reading import MOST_FINDINGS, findings
from app.declarations.schemas.deciding import DecisionSchema
from app.declarations.schemas.header import VARIOUS, DeclarationSchema
from app.declarations.schemas.items import AddedDocumentSchema, DocumentSchema, ItemSchema
from app.declarations.schemas.living import (
    AmendmentSchema,
    AnswerSchema,
    AuditSchema,
    DestructionSchema,
    ExitSchema,
    GroundsSchema,
    PartialReleaseSchema,
    QuestionSchema,
    SettlementSchema,
)
from app.declarations.schemas.reading import declaration_schema, read, read_document, split

__all__ = [
    "DEEPEST_DRAFT",
    "LARGEST_WHOLE",
    "LONGEST_DRAFT_TEXT",
    "MOST_FINDINGS",
    "MOST_OBJECTS",
    "MOST_TOLD",
    "VARIOUS",
    "AddedDocumentSchema",
    "AmendmentSchema",
    "AnswerSchema",
    "AuditSchema",
    "DecisionSchema",
    "DeclarationSchema",
    "DestructionSchema",
    "DocumentSchema",
    "ExitSchema",
    "GroundsSchema",
    "ItemSchema",
    "PartialReleaseSchema",
    "QuestionSchema",
    "SettlementSchema",
    "declaration_schema",
    "draft_words",
    "findings",
    "objects_in",
    "read",
    "read_document",
    "split",
]
