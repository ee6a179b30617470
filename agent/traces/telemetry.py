"""Sends the trace of a run to an OpenTelemetry collector, by OTLP over HTTP (optional extra `otel`); nothing is sent unasked."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Sequence
from urllib.error import HTTPError, URLError
from urllib.parse import unquote, urlsplit
from urllib.request import Request, urlopen

from pydantic import SecretStr

from ...memory.errors import SettingsError, SetupError, UserError
from ...memory.runs import RUN_ID
from ...memory.trace_reading import read_trace
from ..settings import Settings
from .spans import AGENT, SCHEMA_URL, Attribute, Span, newest_spans, spans_of

PATIENCE_S = 10.0
"""What OpenTelemetry's own exporters take for one request."""
WAITS_S = (1.0, 2.0)
"""Before a request is sent again that the collector was too busy for."""
BUSY = (429, 502, 503, 504)
ENVIRONMENT = "OTEL_EXPORTER_OTLP_ENDPOINT"


def send_run(settings: Settings, run_id: str, endpoint: str) -> int:
    """Send all of a run.

    Args:
        settings: Where runs are kept, and the headers that the collector wants.
        run_id: The run.
        endpoint: Base URL of the collector ("http://127.0.0.1:4318").

    Returns:
        How many spans were sent.

    Raises:
        SettingsError: the run has no trace, the URL is none, or the collector cannot be reached or refuses the spans.
        SetupError: the extra `otel` is not installed.
    """
    spans = spans_of(read_trace(settings.runs_folder / run_id)) if RUN_ID.fullmatch(run_id) else ()
    if not spans:
        raise SettingsError(
            f"run {run_id!r}: no trace was recorded here; expected the id of a run that `viddiff trace list` shows"
        )
    send(spans, endpoint, settings.otel_headers)
    return len(spans)


def send_if_asked(settings: Settings, run_id: str) -> None:
    """Send the newest part of a run where the environment names a collector; what goes wrong is logged and harms nobody."""
    if settings.otel_endpoint is None:
        return
    try:
        send(newest_spans(read_trace(settings.runs_folder / run_id)), settings.otel_endpoint, settings.otel_headers, waits_s=())
    except UserError as error:
        logging.getLogger(AGENT).warning("run %s was not sent to OpenTelemetry: %s", run_id, error)


def send(spans: Sequence[Span], endpoint: str, headers: SecretStr | None = None, *, waits_s: Sequence[float] = WAITS_S) -> None:
    """Send spans in one request; again where the collector is busy.

    Raises:
        SettingsError: the URL is none, or the collector cannot be reached or refuses the spans.
        SetupError: the extra `otel` is not installed.
    """
    url = _url_of(endpoint)
    sent_with = {"Content-Type": "application/x-protobuf", "User-Agent": AGENT, **_headers_of(headers)}
    request = Request(url, encoded(spans), sent_with, method="POST")
    for wait in (*waits_s, None):
        try:
            with urlopen(request, timeout=PATIENCE_S) as reply:
                return _check(reply.read(), url)
        except HTTPError as error:
            with error:
                if error.code not in BUSY or wait is None:
                    raise SettingsError(
                        f"{url}: the collector answers {error.code} {error.reason}; expected OTLP over HTTP"
                    ) from None
        except (URLError, OSError) as error:
            reason = getattr(error, "reason", error)
            raise SettingsError(f"{url}: the collector cannot be reached ({reason}); start it, or mend the URL") from None
        time.sleep(wait)
    return None


def encoded(spans: Iterable[Span]) -> bytes:
    """An `ExportTraceServiceRequest` in OTLP's binary form.

    Raises:
        SetupError: the extra `otel` is not installed.
    """
    try:
        from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
        from opentelemetry.proto.trace.v1 import trace_pb2
    except ImportError:
        raise SetupError("sending to OpenTelemetry needs opentelemetry-proto; pip install 'viddiff[otel]'") from None
    from viddiff import __version__

    request = ExportTraceServiceRequest()
    from_here = request.resource_spans.add()
    _put(from_here.resource.attributes, {"service.name": AGENT, "service.version": __version__})
    together = from_here.scope_spans.add(schema_url=SCHEMA_URL)
    together.scope.name, together.scope.version = AGENT, __version__
    kinds = {"internal": trace_pb2.Span.SPAN_KIND_INTERNAL, "client": trace_pb2.Span.SPAN_KIND_CLIENT}
    for span in spans:
        one = together.spans.add(
            trace_id=bytes.fromhex(span.trace_id),
            span_id=bytes.fromhex(span.span_id),
            parent_span_id=bytes.fromhex(span.parent_id),
            name=span.name,
            kind=kinds[span.kind],
            start_time_unix_nano=int(span.start.timestamp() * 1e6) * 1000,
            end_time_unix_nano=int(span.end.timestamp() * 1e6) * 1000,
        )
        _put(one.attributes, span.attributes)
        if span.error:
            one.status.code, one.status.message = trace_pb2.Status.STATUS_CODE_ERROR, span.error
    return request.SerializeToString()


def _put(place, attributes: dict[str, Attribute]) -> None:
    for name, value in attributes.items():
        into = place.add(key=name).value
        match value:
            case bool():
                into.bool_value = value
            case int():
                into.int_value = value
            case float():
                into.double_value = value
            case str():
                into.string_value = value
            case _:
                into.array_value.SetInParent()
                for each in value:
                    into.array_value.values.add(string_value=each)


def _check(reply: bytes, url: str) -> None:
    """A collector may take some spans and refuse others, with status 200."""
    from google.protobuf.message import DecodeError
    from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceResponse

    try:
        refused = ExportTraceServiceResponse.FromString(reply).partial_success
    except DecodeError:
        # Some answer in JSON, or with a word; the status says that they took it.
        return
    if refused.rejected_spans:
        raise SettingsError(f"{url}: the collector refused {refused.rejected_spans} spans: {refused.error_message}")


def _url_of(endpoint: str) -> str:
    parts = urlsplit(endpoint)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise SettingsError(
            f"{endpoint!r} (--otlp or {ENVIRONMENT}): expected the base URL of a collector, such as http://127.0.0.1:4318"
        )
    path = parts.path.rstrip("/")
    return parts._replace(path=path if path.endswith("/v1/traces") else f"{path}/v1/traces").geturl()


def _headers_of(headers: SecretStr | None) -> dict[str, str]:
    """From the form of OTEL_EXPORTER_OTLP_HEADERS: NAME=VALUE, percent-encoded, with commas between."""
    pairs = (pair.partition("=") for pair in (headers.get_secret_value() if headers else "").split(",") if "=" in pair)
    return {name.strip(): unquote(value.strip()) for name, _, value in pairs}
