"""Files in parts, and back again."""

from contracts import membership as rpcs
from contracts.access import Scope
from contracts.files import PART_BYTES
from contracts.states.membership import FILE_TYPES
from gateway.limits import OperationClass
from gateway.routing import BYTES, Route

ROUTES = (
    Route(
        "POST",
        "/v1/uploads",
        rpcs.CREATE_UPLOAD,
        summary="Start to send a file",
        tag="Files",
        scope=Scope.FILES_WRITE,
        status=201,
        location="/v1/uploads/{id}",
        limit=OperationClass.UPLOAD,
    ),
    Route(
        "PUT",
        "/v1/uploads/{upload_id}/parts/{part}",
        rpcs.ADD_UPLOAD_PART,
        summary="Send the next part of a file",
        tag="Files",
        scope=Scope.FILES_WRITE,
        body=BYTES,
        body_field="data",
        asks_first=rpcs.CHECK_UPLOAD_PART,
        max_body=PART_BYTES,
    ),
    Route(
        "GET",
        "/v1/uploads/{upload_id}",
        rpcs.GET_UPLOAD,
        summary="Read how much of a file is here",
        tag="Files",
        scope=Scope.FILES_READ,
    ),
    Route(
        "GET",
        "/v1/uploads/{upload_id}/content",
        rpcs.GET_UPLOAD_CONTENT,
        summary="Fetch a file",
        tag="Files",
        scope=Scope.FILES_READ,
        answers=FILE_TYPES,
    ),
    Route(
        "DELETE",
        "/v1/uploads/{upload_id}",
        rpcs.REMOVE_UPLOAD,
        summary="Remove a file",
        tag="Files",
        scope=Scope.FILES_WRITE,
        status=204,
    ),
    Route(
        "GET",
        "/v1/me/uploads",
        rpcs.LIST_MY_UPLOADS,
        summary="List my files",
        tag="Files",
        scope=Scope.FILES_READ,
    ),
)
