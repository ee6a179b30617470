"""The embedded planner: a chat model that needs no server and emits the same tool calls as a language model, by rule."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.language_models.base import LanguageModelInput
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from langchain_core.runnables import Runnable
from langchain_core.tools import BaseTool
from langchain_core.utils.function_calling import convert_to_openai_tool

from .status import Status, latest_status


class EmbeddedPlanner(BaseChatModel):
    """Reads the status that `review` writes and calls whichever tool the next missing piece needs."""

    tools: tuple[str, ...] = ()
    """Names of the tools it was bound to; it never calls another."""

    @property
    def _llm_type(self) -> str:
        return "embedded"

    def bind_tools(
        self, tools: Sequence[dict[str, Any] | type | Callable[..., Any] | BaseTool], **kwargs: Any
    ) -> Runnable[LanguageModelInput, AIMessage]:
        """Remember which tools there are."""
        names = tuple(convert_to_openai_tool(tool)["function"]["name"] for tool in tools)
        return self.model_copy(update={"tools": names})

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        status = latest_status(messages)
        calls = [call for call in plan_calls(status) if call["name"] in self.tools]
        message = AIMessage(content="" if calls else "Everything that can be decided is decided.", tool_calls=calls)
        return ChatResult(generations=[ChatGeneration(message=message)])


def plan_calls(status: Status) -> list[dict[str, Any]]:
    """The tool calls for the next step: propose, then retrieve, then measure, then look again where unsure."""
    if not status.proposed:
        return [_call(status, "propose_differences", {"max_differences": status.max_differences})]
    if status.to_retrieve:
        return [_call(status, "retrieve_keyframes", {"difference_ids": list(status.to_retrieve), "strategy": "align"})]
    if status.to_decide:
        return [_call(status, "measure_motion", {"difference_ids": list(status.to_decide)})]
    if status.to_ask:
        return [_call(status, "query_vlm", {"difference_ids": list(status.to_ask), "order": "both"})]
    return [
        _call(status, "retrieve_keyframes", {"difference_ids": list(ids), "strategy": strategy})
        for strategy, ids in sorted(status.look_again.items())
    ]


def _call(status: Status, name: str, args: dict[str, Any]) -> dict[str, Any]:
    detail = args.get("strategy", "")
    return {"name": name, "args": args, "id": f"call-{status.step}-{name}-{detail}", "type": "tool_call"}
