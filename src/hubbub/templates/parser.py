"""The grammar: from text to `syntax`, in one pass, names resolved as they are met.

    template     text with {{ expression }} in it
    expression   operation [ "?" expression ":" expression ]
    operation    what stands in LEVELS, loosest first; those of one level go from left to right
    piped        operation "|" filter [ arguments ]
    operand      ( "!" | "not" | "-" ) operand | primary { "." name | "[" expression "]" }
    primary      number | duration | text | true | false | null | variable | function [ arguments ]
                 | "(" expression ")" | "[" expression, … "]" | "{" key ":" expression, … "}"
    arguments    "(" expression, … ")"        right behind the name
                 | ":" operand, …             likewise, for filters
                 | operand operand …          as many as the function takes, space before each

A pipe binds tighter than comparisons and ``||``, looser than arithmetic: ``a * 1.2 | round 2 > 10`` compares what was rounded.
"""

from typing import Final

from hubbub.templates.functions import CHOICE, WEIGHTED
from hubbub.templates.limits import DEEPEST_EXPRESSION, LONGEST_TEXT, MOST_OPERATORS
from hubbub.templates.names import CONTEXT, NAMESPACES, THIS, Names
from hubbub.templates.problems import Mistake, folded
from hubbub.templates.signature import Callee, Filter, most, usage
from hubbub.templates.syntax import (
    Binary,
    Call,
    Choice,
    Entries,
    Field,
    Item,
    Items,
    Literal,
    Node,
    Own,
    Piped,
    Unary,
    Variable,
)
from hubbub.templates.times import Span
from hubbub.templates.tokens import Kind, Token, tokens

LEVELS: Final = {
    "or": 1, "||": 1,
    "and": 2, "&&": 2,
    "==": 3, "!=": 3, "<": 3, "<=": 3, ">": 3, ">=": 3, "in": 3,
    "|": 4,
    "+": 5, "-": 5,
    "*": 6, "/": 6, "%": 6,
}  # fmt: skip
"""How tightly each operator binds."""

COMPARISON: Final = 3
OPERATING_WORDS: Final = frozenset({"or", "and", "in", "not"})
LITERALS: Final = {"true": True, "false": False, "null": None}
CONDITIONAL: Final = "if"
WEIGHING: Final = "withprobability"


def parse_template(text: str, names: Names) -> list[str | Node]:
    """The pieces of a text: what stays and what is an expression. Raises `Mistake`."""
    if len(text) > LONGEST_TEXT:
        raise Mistake(0, "this text is too long", f"{LONGEST_TEXT} characters are the most")
    pieces: list[str | Node] = []
    at = 0
    while (start := text.find("{{", at)) >= 0:
        if start > at:
            pieces.append(text[at:start])
        parser = Parser(tokens(text, start + 2, is_closed=True), names)
        pieces.append(parser.whole())
        at = parser.end
    if at < len(text):
        pieces.append(text[at:])
    return pieces


def parse_condition(text: str, names: Names) -> Node:
    """One expression, with braces around it or without. Raises `Mistake`."""
    start = text.find("{{")
    if start < 0 or text[:start].strip():
        return Parser(tokens(text, 0, is_closed=False), names).whole()
    parser = Parser(tokens(text, start + 2, is_closed=True), names)
    node = parser.whole()
    if text[parser.end :].strip():
        raise Mistake(parser.end, "a condition is one expression", "leave out what stands behind the braces")
    return node


class Parser:
    """Over the tokens of one expression."""

    __slots__ = ("_depth", "_names", "_operators", "_place", "_tokens", "end")

    def __init__(self, found: list[Token], names: Names) -> None:
        self._tokens = found
        self._names = names
        self._place = 0
        self._depth = 0
        self._operators = 0
        self.end = found[-1].end

    def whole(self) -> Node:
        """The expression, all of it."""
        if self._is_at_end():
            raise Mistake(self._now.at, "an expression is missing", "write one, or leave out the braces")
        node = self._expression()
        if not self._is_at_end():
            raise self._unexpected()
        return node

    # Tokens.

    @property
    def _now(self) -> Token:
        return self._tokens[self._place]

    def _is_at_end(self) -> bool:
        return self._now.kind is Kind.END

    def _next(self) -> Token:
        token = self._tokens[self._place]
        self._place += token.kind is not Kind.END
        return token

    def _is(self, mark: str) -> bool:
        return self._now.is_mark(mark)

    def _takes(self, mark: str) -> bool:
        if self._is(mark):
            self._place += 1
            return True
        return False

    def _expect(self, mark: str, after: str) -> None:
        if not self._takes(mark):
            found = self._now
            raise Mistake(
                found.at, f"{_said(found)} stands where {mark} should", f"close {after} with {mark}"
            )

    def _unexpected(self) -> Mistake:
        found = self._now
        return Mistake(
            found.at, f"{_said(found)} is not expected here", "an operator, a pipe or the end may follow"
        )

    def _count_operator(self) -> None:
        self._operators += 1
        if self._operators > MOST_OPERATORS:
            raise Mistake(
                self._now.at, "too many operators", f"{MOST_OPERATORS} in one expression are the most"
            )

    # The grammar.

    def _expression(self) -> Node:
        self._depth += 1
        if self._depth > DEEPEST_EXPRESSION:
            raise Mistake(
                self._now.at, "this is nested too deeply", f"{DEEPEST_EXPRESSION} levels are the most"
            )
        node = self._operation(1)
        if self._takes("?"):
            then = self._expression()
            self._expect(":", "the first half of the choice")
            node = Choice(node, then, self._expression())
        self._depth -= 1
        return node

    def _operation(self, loosest: int) -> Node:
        left = self._operand()
        while True:
            token, level = self._now, self._level()
            if level < loosest:
                return left
            self._next()
            self._count_operator()
            if token.is_mark("|"):
                left = self._piped(left)
                continue
            left = Binary(str(token.value), left, self._operation(level + 1), token.at)
            if level == COMPARISON and self._level() == COMPARISON:
                raise Mistake(self._now.at, "comparisons cannot follow each other", "join two with &&")

    def _level(self) -> int:
        """How tightly the operator binds that stands here; 0 where none does."""
        token = self._now
        return LEVELS.get(str(token.value), 0) if token.kind in (Kind.MARK, Kind.NAME) else 0

    def _operand(self) -> Node:
        token = self._now
        if token.is_mark("!") or (token.kind is Kind.NAME and token.value == "not"):
            self._next()
            self._count_operator()
            return Unary(
                "!", self._operand() if token.value == "!" else self._operation(COMPARISON), token.at
            )
        if token.is_mark("-"):
            self._next()
            self._count_operator()
            return _negated(self._operand(), token.at)
        return self._primary(takes_arguments=True)

    def _primary(self, *, takes_arguments: bool) -> Node:
        token = self._next()
        match token.kind:
            case Kind.NUMBER | Kind.TEXT | Kind.SPAN:
                node: Node = Literal(token.value)
            case Kind.NAME:
                node = self._named(token, takes_arguments=takes_arguments)
            case Kind.MARK if token.value == "(":
                node = self._expression()
                self._expect(")", "the parenthesis")
            case Kind.MARK if token.value == "[":
                node = Items(self._list("]", "the list"))
            case Kind.MARK if token.value == "{":
                node = self._entries()
            case _:
                raise Mistake(
                    token.at,
                    f"{_said(token)} stands where a value should",
                    "a value, a name or a parenthesis may stand here",
                )
        return self._inside(node)

    def _inside(self, node: Node) -> Node:
        """Fields and items of what stands before."""
        while not self._now.is_spaced:
            if self._takes("."):
                self._count_operator()
                token = self._next()
                if token.kind is Kind.NAME:
                    node = Field(node, str(token.value))
                elif token.kind is Kind.NUMBER and type(token.value) is int:
                    node = Item(node, Literal(token.value))
                else:
                    raise Mistake(
                        token.at, "the name of a field is missing", "write it behind the dot, or ['name']"
                    )
            elif self._takes("["):
                self._count_operator()
                node = Item(node, self._expression())
                self._expect("]", "the index")
            else:
                break
        return node

    def _list(self, close: str, what: str) -> tuple[Node, ...]:
        members: list[Node] = []
        while not self._takes(close):
            members.append(self._expression())
            if not self._takes(","):
                self._expect(close, what)
                break
        return tuple(members)

    def _entries(self) -> Node:
        members: list[tuple[str, Node]] = []
        while not self._takes("}"):
            key = self._next()
            if key.kind not in (Kind.NAME, Kind.TEXT):
                raise Mistake(
                    key.at, f"{_said(key)} is no key of a map", "write a name or a text before the colon"
                )
            self._expect(":", "the key")
            members.append((str(key.value), self._expression()))
            if not self._takes(","):
                self._expect("}", "the map")
                break
        return Entries(tuple(members))

    # Names.

    def _named(self, token: Token, *, takes_arguments: bool) -> Node:
        name = str(token.value)
        if name in LITERALS:
            return Literal(LITERALS[name])
        if name in OPERATING_WORDS:
            raise Mistake(token.at, f"{name} stands where a value should", "it needs a value on each side")
        if name == THIS and self._names.is_whole_message:
            return self._own(token)
        if folded(name) in NAMESPACES:
            dotted = self._dotted(name)
            if dotted == name:
                raise Mistake(
                    token.at, f"{name} alone is nothing", f"write a name behind it, as in {name}.int"
                )
            return self._call(dotted, token, takes_arguments=takes_arguments)
        variable = self._names.variable(name)
        if variable is not None:
            return self._variable(variable, token)
        if name == CONDITIONAL:
            return self._conditional(token)
        return self._call(name, token, takes_arguments=takes_arguments)

    def _dotted(self, name: str) -> str:
        while self._is(".") and not self._now.is_spaced and self._tokens[self._place + 1].kind is Kind.NAME:
            self._next()
            name += f".{self._next().value}"
        return name

    def _field_ahead(self) -> str | None:
        """The name of the field that is asked for next."""
        if self._is(".") and not self._now.is_spaced and self._tokens[self._place + 1].kind is Kind.NAME:
            return str(self._tokens[self._place + 1].value)
        return None

    def _own(self, token: Token) -> Node:
        name = self._field_ahead()
        if name is None:
            raise Mistake(token.at, "this is the message itself", "name one of its fields, as in this.total")
        self._names.own(name, self._tokens[self._place + 1].at)
        self._place += 2
        return Own(name)

    def _variable(self, name: str, token: Token) -> Node:
        """Context that is not given is looked for in the message itself: its fields are what its parts have in common."""
        field = self._field_ahead()
        self._names.used.add(name if field is None else f"{name}.{field}")
        if name == CONTEXT and field is not None and field in self._names.fields:
            self._names.own(field, token.at)
            self._place += 2
            return Binary("??", Field(Variable(name), field), Own(field), token.at)
        return Variable(name)

    def _conditional(self, token: Token) -> Node:
        if self._is("(") and not self._now.is_spaced:
            self._next()
            parts = self._list(")", "the arguments of if")
        else:
            parts = tuple(self._bare_arguments(3))
        if len(parts) not in (2, 3):
            raise Mistake(
                token.at, f"if takes 2 to 3 arguments, not {len(parts)}", "write if(condition, a, b)"
            )
        return Choice(parts[0], parts[1], parts[2] if len(parts) == 3 else Literal(None))

    def _call(self, name: str, token: Token, *, takes_arguments: bool) -> Node:
        called = self._names.function(name, token.at)
        if isinstance(called, Filter):
            arguments = self._arguments(called, takes_arguments=takes_arguments, limit=most(called) + 1)
            if not arguments:
                raise Mistake(
                    token.at,
                    f"{called.name} has nothing to work on",
                    f"write it behind a pipe: value | {usage(called)}",
                )
            return Piped(arguments[0], called, arguments[1:], token.at)
        arguments = self._arguments(called, takes_arguments=takes_arguments)
        return Call(called, _spread(arguments, called), token.at)

    def _arguments(
        self, called: Callee, *, takes_arguments: bool = True, limit: int | None = None
    ) -> tuple[Node, ...]:
        if self._is("(") and not self._now.is_spaced:
            self._next()
            return self._list(")", f"the arguments of {called.name}")
        if not takes_arguments:
            return ()
        return tuple(self._bare_arguments(most(called) if limit is None else limit))

    def _bare_arguments(self, limit: int) -> list[Node]:
        made: list[Node] = []
        while len(made) < limit and self._starts_argument():
            made.append(self._argument())
        return made

    def _starts_argument(self) -> bool:
        token = self._now
        match token.kind:
            case Kind.NUMBER | Kind.TEXT | Kind.SPAN:
                return True
            case Kind.NAME:
                return token.value not in OPERATING_WORDS
            case Kind.MARK if token.value == "-":
                after = self._tokens[self._place + 1]
                return after.kind in (Kind.NUMBER, Kind.SPAN) and not after.is_spaced
            case Kind.MARK:
                return token.value in ("(", "[", "{")
            case _:
                return False

    def _argument(self) -> Node:
        at = self._now.at
        if self._takes("-"):
            return _negated(self._primary(takes_arguments=False), at)
        return self._primary(takes_arguments=False)

    # Pipes.

    def _piped(self, value: Node) -> Node:
        token = self._next()
        if token.kind is not Kind.NAME:
            raise Mistake(token.at, "the name of a filter is missing", "write it behind the pipe")
        name = self._dotted(str(token.value))
        if folded(name) == WEIGHING:
            return self._weighed(value, token)
        called = self._names.filter(name, token.at)
        limit = most(called) - (not isinstance(called, Filter))
        arguments = (
            self._behind_colon()
            if self._is(":") and not self._now.is_spaced
            else self._arguments(called, limit=limit)
        )
        if isinstance(called, Filter):
            return Piped(value, called, arguments, token.at)
        return Call(called, (value, *arguments), token.at)

    def _behind_colon(self) -> tuple[Node, ...]:
        self._next()
        made = [self._argument()]
        while self._takes(","):
            made.append(self._argument())
        return tuple(made)

    def _weighed(self, value: Node, token: Token) -> Node:
        """``choice [a, b] | withProbability [p, q]`` weighs the choice that stands before it."""
        called = WEIGHTED
        weights = self._arguments(called, limit=1)
        values: tuple[Node, ...] = (value,)
        if isinstance(value, Call) and value.function is CHOICE:
            values = value.arguments[:1] if len(value.arguments) == 1 else (Items(value.arguments),)
        elif not isinstance(value, Items):
            raise Mistake(
                token.at,
                "withProbability weighs a choice",
                "put faker.randomChoice [...] or a list before it",
            )
        return Call(called, (*values, *weights), token.at)


def _spread(arguments: tuple[Node, ...], called: Callee) -> tuple[Node, ...]:
    """``faker.int({min: 1, max: 5})`` is ``faker.int(1, 5)``: a map of its arguments' names, where no map is wanted."""
    if len(arguments) != 1 or not isinstance(arguments[0], Entries) or not called.params:
        return arguments
    given = {folded(key): node for key, node in arguments[0].members}
    wanted = [folded(param.name) for param in called.params]
    if not given or not given.keys() <= set(wanted):
        return arguments
    last = max(wanted.index(key) for key in given)
    return tuple(
        given.get(name, Literal(param.default))
        for name, param in zip(wanted, called.params[: last + 1], strict=False)
    )


def _negated(node: Node, at: int) -> Node:
    if isinstance(node, Literal) and type(node.value) in (int, float):
        return Literal(-node.value)  # type: ignore[operator]
    if isinstance(node, Literal) and type(node.value) is Span:
        return Literal(Span(-node.value.milliseconds))
    return Unary("-", node, at)


def _said(token: Token) -> str:
    if token.kind is Kind.END:
        return str(token.value)
    return repr(token.value.milliseconds if isinstance(token.value, Span) else token.value)
