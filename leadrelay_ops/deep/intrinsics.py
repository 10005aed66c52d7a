"""CloudFormation's intrinsic functions, worked out as far as parameters and conditions go.

A reference to a resource, or to an attribute of one, becomes its logical id: that is its name in
a `Deployment`. cfn-lint knows what such a value may be, not what it is with given parameters.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from leadrelay_ops.failures import Told

_NOTHING = object()  # what AWS::NoValue stands for
_VARIABLE = re.compile(r"\$\{([^!}]+)\}")


class Unresolvable(Told):
    """The template uses a function that isn't known here; says which."""


class Template:
    """A template with its parameters given, those that aren't by their defaults."""

    def __init__(
        self, template: Mapping[str, Any], given: Mapping[str, str], pseudo: Mapping[str, str]
    ) -> None:
        self._conditions = template.get("Conditions", {})
        self._names: dict[str, Any] = {"AWS::NoValue": _NOTHING, **pseudo}
        for name, parameter in template.get("Parameters", {}).items():
            self._names[name] = given.get(name, parameter.get("Default", ""))
        self._functions: dict[str, Callable[[Any], Any]] = {
            "Ref": self._ref,
            "Condition": self.holds,
            "Fn::GetAtt": lambda of: (of.split(".") if isinstance(of, str) else of)[0],
            "Fn::Sub": self._sub,
            "Fn::If": self._if,
            "Fn::Join": lambda of: of[0].join(map(str, self.value(of[1]))),
            "Fn::Equals": lambda of: str(self.value(of[0])) == str(self.value(of[1])),
            "Fn::Not": lambda of: not self.value(of[0]),
            "Fn::And": lambda of: all(self.value(of)),
            "Fn::Or": lambda of: any(self.value(of)),
        }

    def value(self, node: Any) -> Any:
        """A node of the template with all its functions worked out; numbers may be text.

        Raises Unresolvable.
        """
        if isinstance(node, list):
            return [value for one in node if (value := self.value(one)) is not _NOTHING]
        if not isinstance(node, dict):
            return node
        if len(node) == 1:
            name, of = next(iter(node.items()))
            if name in self._functions:
                return self._functions[name](of)
            if name.startswith("Fn::"):
                raise Unresolvable(f"{name} can't be worked out")
        values = {key: self.value(one) for key, one in node.items()}
        return {key: value for key, value in values.items() if value is not _NOTHING}

    def holds(self, condition: str) -> bool:
        """Whether a condition is true. Raises Unresolvable."""
        return bool(self.value(self._conditions[condition]))

    def _ref(self, name: str) -> Any:
        return self._names.get(name, name)

    def _if(self, of: Any) -> Any:
        condition, yes, no = of
        return self.value(yes if self.holds(condition) else no)

    def _sub(self, of: Any) -> str:
        text, own = of if isinstance(of, list) else (of, {})

        def named(found: re.Match[str]) -> str:
            name = found[1]
            return str(self.value(own[name]) if name in own else self._ref(name.partition(".")[0]))

        return _VARIABLE.sub(named, text).replace("${!", "${")


def is_kept(resource: Mapping[str, Any]) -> bool:
    """Whether CloudFormation leaves a resource be when it would delete or replace it."""
    policies = resource.get("DeletionPolicy"), resource.get("UpdateReplacePolicy")
    return all(policy in {"Retain", "RetainExceptOnCreate", "Snapshot"} for policy in policies)
