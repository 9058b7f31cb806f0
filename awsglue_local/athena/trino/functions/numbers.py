"""The functions of https://trino.io/docs/current/functions/math.html."""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from itertools import pairwise
from statistics import NormalDist

from awsglue_local.athena.trino.calls import Call, Rule, when_given
from awsglue_local.athena.trino.operators import calculated
from awsglue_local.athena.trino.scope import Value
from awsglue_local.athena.trino.translation import PythonFunction, case
from awsglue_local.athena.trino.types import decimal, duckdb_type

PAGE = "math"
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def round_decimal(call: Call) -> str | Value:
    """Round a decimal to a whole one, or to a number of digits in its own scale."""
    precision, scale = call.arguments[0].type.arguments
    if len(call.sql) == 1:
        kind = decimal(precision - scale + (1 if scale else 0), 0)
        return Value(f"CAST(round({call.sql[0]}, 0) AS {duckdb_type(kind)})", kind)
    kind = decimal(precision + 1, scale)
    size = duckdb_type(kind)
    function = PythonFunction(call.t.python_name("trino_round", kind), round_exact, (size, "BIGINT"), size)
    return Value(call.t.python(function, f"CAST({call.sql[0]} AS {size})", call.sql[1]), kind)


def round_exact(value: Decimal | None, digits: int | None) -> Decimal | None:
    if value is None or digits is None:
        return None
    kept = -int(value.as_tuple().exponent)
    return value.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP) if digits < kept else value


def whole_of(word: str) -> Rule:
    """Return the rule of ceiling or floor of a decimal."""

    def rule(call: Call) -> Value:
        precision, scale = call.arguments[0].type.arguments
        kind = decimal(precision - scale + (1 if scale else 0), 0)
        return Value(f"CAST({word}({call.sql[0]}) AS {duckdb_type(kind)})", kind)

    return rule


def truncate_decimal(call: Call) -> Value:
    precision, scale = call.arguments[0].type.arguments
    kind = decimal(max(precision - scale, 1), 0)
    return Value(f"CAST(trunc({call.sql[0]}) AS {duckdb_type(kind)})", kind)


def round_double(value: float, digits: int) -> float:
    """Round half away from zero after multiplying, as Trino's `MathFunctions` do: 1.005 becomes 1.0."""
    factor = 10.0**digits
    rounded = math.floor(abs(value) * factor + 0.5) / factor
    return math.copysign(rounded, value)


def round_whole(value: int, digits: int) -> int:
    if digits >= 0:
        return value
    unit = 10**-digits
    rounded = (abs(value) + unit // 2) // unit * unit
    return int(rounded if value >= 0 else -rounded)


def truncate_double(value: float, digits: int) -> float:
    return float(Decimal(repr(value)).quantize(Decimal(1).scaleb(-digits), ROUND_DOWN))


def width_bucket(value: float, low: float, high: float, count: int) -> int:
    if count <= 0:
        raise ValueError("INVALID_FUNCTION_ARGUMENT: bucketCount must be greater than 0")
    if low == high:
        raise ValueError("INVALID_FUNCTION_ARGUMENT: bounds cannot equal each other")
    if low < high:
        return 0 if value < low else count + 1 if value >= high else int(count * (value - low) / (high - low)) + 1
    return 0 if value > low else count + 1 if value <= high else int(count * (low - value) / (low - high)) + 1


def width_bucket_bins(value: float, bins: list[float]) -> int:
    if not bins:
        raise ValueError("INVALID_FUNCTION_ARGUMENT: Bins cannot be an empty array")
    if any(a > b for a, b in pairwise(bins)):
        raise ValueError("INVALID_FUNCTION_ARGUMENT: Bin values are not sorted in ascending order")
    return sum(value >= one for one in bins)


def from_base(text: str, radix: int) -> int:
    if not 2 <= radix <= 36:
        raise ValueError("INVALID_FUNCTION_ARGUMENT: Radix must be between 2 and 36")
    try:
        found = int(text.replace("_", "."), radix)
    except ValueError as error:
        raise ValueError(f"INVALID_FUNCTION_ARGUMENT: Not a valid base-{radix} number: {text}") from error
    if not -(2**63) <= found < 2**63:
        raise ValueError(f"INVALID_FUNCTION_ARGUMENT: Not a valid base-{radix} number: {text}")
    return found


def to_base(value: int, radix: int) -> str:
    if not 2 <= radix <= 36:
        raise ValueError("INVALID_FUNCTION_ARGUMENT: Radix must be between 2 and 36")
    rest, text = abs(value), ""
    while True:
        rest, digit = divmod(rest, radix)
        text = DIGITS[digit] + text
        if not rest:
            return "-" + text if value < 0 else text


def logarithm(text: str) -> Rule:
    """Return the rule of a logarithm: NaN below zero, minus infinity at zero."""
    infinite = "CAST('-Infinity' AS DOUBLE)"
    return f"CASE WHEN {{0}} < 0 THEN CAST('NaN' AS DOUBLE) WHEN {{0}} = 0 THEN {infinite} ELSE {text} END"


def finite(call: Callable[..., float]) -> Rule:
    """Return the rule of a function that leaves NaN and infinity as they are."""
    of_number = when_given(call)

    def rule(asked: Call) -> str:
        return f"CASE WHEN isfinite({asked.sql[0]}) THEN {of_number(asked)} ELSE {asked.sql[0]} END"

    return rule


def cbrt(value: float) -> float:
    root = math.cbrt(value)
    return float(round(root)) if round(root) ** 3 == value else root


def cosine_similarity(one: dict[str, float], other: dict[str, float]) -> float | None:
    sizes = [math.sqrt(sum(value * value for value in vector.values())) for vector in (one, other)]
    if not all(sizes):
        return None
    return sum(value * other.get(key, 0.0) for key, value in one.items()) / (sizes[0] * sizes[1])


def normal_cdf(mean: float, deviation: float, value: float) -> float:
    if deviation <= 0:
        raise ValueError("INVALID_FUNCTION_ARGUMENT: standardDeviation must be > 0")
    return NormalDist(mean, deviation).cdf(value)


def inverse_normal_cdf(mean: float, deviation: float, part: float) -> float:
    if deviation <= 0 or not 0 < part < 1:
        raise ValueError("INVALID_FUNCTION_ARGUMENT: p must be 0 > p > 1, and the standard deviation > 0")
    return NormalDist(mean, deviation).inv_cdf(part)


def truncate_exact(value: Decimal, digits: int) -> Decimal:
    kept = -int(value.as_tuple().exponent)
    return value.quantize(Decimal(1).scaleb(-digits), ROUND_DOWN) if digits < kept else value


BITS = {"tinyint": 8, "smallint": 16, "integer": 32, "bigint": 64}


def shift_right(bits: int) -> Callable[[int, int], int]:
    """Return the shift of a whole number's bits, which has no sign then."""

    def shift(value: int, count: int) -> int:
        return _signed((value & (2**bits - 1)) >> count, bits) if 0 <= count < bits else 0

    shift.__name__ = f"shift_right_{bits}"
    return shift


def shift_left(bits: int) -> Callable[[int, int], int]:
    """Return the shift of a whole number's bits; those that leave it are lost."""

    def shift(value: int, count: int) -> int:
        return _signed((value << count) & (2**bits - 1), bits) if 0 <= count < bits else 0

    shift.__name__ = f"shift_left_{bits}"
    return shift


def shift_right_signed(value: int, count: int) -> int:
    return value >> min(count, 63)


def _signed(found: int, bits: int) -> int:
    return found - 2**bits if found >= 2 ** (bits - 1) else found


def bit_count(value: int, bits: int) -> int:
    if not 2 <= bits <= 64:
        raise ValueError(
            "INVALID_FUNCTION_ARGUMENT: Bits specified in bit_count must be between 2 and 64, got " + str(bits)
        )
    if not -(2 ** (bits - 1)) <= value < 2 ** (bits - 1):
        words = f"{value} can not be represented with {bits} bits"
        raise ValueError(f"INVALID_FUNCTION_ARGUMENT: Number must be representable with the bits specified. {words}")
    return int((value & (2**bits - 1)).bit_count())


def domain(word: str) -> Rule:
    """Return the rule of a function that is NaN outside of -1 to 1."""
    return f"CASE WHEN abs({{0}}) > 1 THEN CAST('NaN' AS DOUBLE) ELSE {word}({{0}}) END"


def without_nan(name: str, array: str) -> str:
    """Return the maximum of an array; NaN is one only where there is nothing else."""
    return f"coalesce(list_max(list_filter({array}, lambda {name}: NOT isnan({name}))), list_max({array}))"


def extreme(word: str) -> Rule:
    """Return the rule of greatest and least, which are null where an argument is null."""

    def rule(call: Call) -> str:
        if len(call.sql) < 1:
            raise call.refused("There must be one or more arguments", "FUNCTION_NOT_FOUND")
        missing = " OR ".join(f"{one} IS NULL" for one in call.sql)
        done = f"{word}({', '.join(call.sql)})"
        if word == "greatest" and call.result.name in ("double", "real"):
            done = without_nan(call.t.new_name("v"), f"[{', '.join(call.sql)}]")
        return f"CASE WHEN NOT ({missing}) THEN {done} END"

    return rule


def random_between(call: Call) -> str:
    low, high = call.sql if len(call.sql) == 2 else ["0", call.sql[0]]
    failed = call.fail("bound must be positive" if low == "0" else "start value must be less than stop value")
    done = f"CAST(floor(random() * ({high} - {low})) AS BIGINT) + {low}"
    return f"CASE WHEN {high} <= {low} THEN {failed} ELSE {done} END"


def remainder(call: Call) -> Value:
    return calculated(call.t, call.arguments[0], "%", call.arguments[1], call.node)


SAME = ("tinyint", "smallint", "integer", "bigint", "real", "double")


def each(name: str, kinds: tuple[str, ...] = SAME) -> str:
    """Return a signature for each type of number whose result is of that type."""
    return " | ".join(f"{name}({kind}) -> {kind}" for kind in kinds)


WHOLE = SAME[:4]
RULES: dict[str, Rule] = {
    each("abs"): "abs({0})",
    "abs(decimal(p,s)) -> decimal(p,s)": "abs({0})",
    "acos(double) -> double": domain("acos"),
    "asin(double) -> double": domain("asin"),
    "atan(double) -> double": "atan({0})",
    "atan2(double, double) -> double": "atan2({0}, {1})",
    "cbrt(double) -> double": when_given(cbrt),
    "cosine_similarity(map(varchar,double), map(varchar,double)) -> double": when_given(cosine_similarity),
    "normal_cdf(double, double, double) -> double": when_given(normal_cdf),
    "inverse_normal_cdf(double, double, double) -> double": when_given(inverse_normal_cdf),
    f"{each('ceil', WHOLE)} | {each('ceiling', WHOLE)} | {each('floor', WHOLE)}": "{0}",
    "ceil(real) -> real | ceil(double) -> double | ceiling(real) -> real | ceiling(double) -> double": "ceil({0})",
    "ceil(decimal(p,s)) -> decimal(p,s) | ceiling(decimal(p,s)) -> decimal(p,s)": whole_of("ceil"),
    "cos(double) -> double": "cos({0})",
    "cosh(double) -> double": "cosh({0})",
    "degrees(double) -> double": "degrees({0})",
    "e() -> double": "exp(CAST(1 AS DOUBLE))",
    "exp(double) -> double": "exp({0})",
    "floor(real) -> real | floor(double) -> double": "floor({0})",
    "floor(decimal(p,s)) -> decimal(p,s)": whole_of("floor"),
    "from_base(varchar, bigint) -> bigint": when_given(from_base),
    "greatest(T...) -> T": extreme("greatest"),
    "infinity() -> double": "CAST('Infinity' AS DOUBLE)",
    "is_finite(double) -> boolean": "isfinite({0})",
    "is_infinite(double) -> boolean": "isinf({0})",
    "is_nan(double) -> boolean": "isnan({0})",
    "least(T...) -> T": extreme("least"),
    "ln(double) -> double": logarithm("ln({0})"),
    "log(double, double) -> double": case(
        ("{0} < 0 OR {1} < 0", "CAST('NaN' AS DOUBLE)"), otherwise="ln({1}) / ln({0})"
    ),
    "log10(double) -> double": logarithm("log10({0})"),
    "log2(double) -> double": logarithm("ln({0}) / ln(2)"),
    "mod(N, N) -> N": remainder,
    "nan() -> double": "CAST('NaN' AS DOUBLE)",
    "pi() -> double": "pi()",
    "pow(double, double) -> double | power(double, double) -> double": "pow({0}, {1})",
    "radians(double) -> double": "radians({0})",
    "rand() -> double | random() -> double": "random()",
    "rand(bigint) -> bigint | rand(bigint, bigint) -> bigint": random_between,
    "random(bigint) -> bigint | random(bigint, bigint) -> bigint": random_between,
    each("round", WHOLE): "{0}",
    "round(real) -> real | round(double) -> double": "round({0})",
    "round(decimal(p,s)) -> decimal(p,s) | round(decimal(p,s), bigint) -> decimal(p,s)": round_decimal,
    " | ".join(f"round({kind}, bigint) -> {kind}" for kind in WHOLE): when_given(round_whole),
    "round(double, bigint) -> double | round(real, bigint) -> real": finite(round_double),
    each(
        "sign", (*WHOLE, "double", "real")
    ): "CAST(CASE WHEN isnan(CAST({0} AS DOUBLE)) THEN {0} ELSE sign({0}) END AS {result})",
    "sign(decimal(p,s)) -> decimal(1,0)": "CAST(sign({0}) AS DECIMAL(1,0))",
    "sin(double) -> double": "sin({0})",
    "sinh(double) -> double": "sinh({0})",
    "sqrt(double) -> double": "CASE WHEN {0} < 0 THEN CAST('NaN' AS DOUBLE) ELSE sqrt({0}) END",
    "tan(double) -> double": "tan({0})",
    "tanh(double) -> double": "tanh({0})",
    "to_base(bigint, bigint) -> varchar": when_given(to_base),
    "truncate(double) -> double": "trunc({0})",
    "truncate(real) -> real": "trunc({0})",
    "truncate(decimal(p,s)) -> decimal(p,s)": truncate_decimal,
    "truncate(double, bigint) -> double": finite(truncate_double),
    "truncate(decimal(p,s), bigint) -> decimal(p,s)": when_given(truncate_exact),
    "width_bucket(double, double, double, bigint) -> bigint": when_given(width_bucket),
    "width_bucket(double, array(double)) -> bigint": when_given(width_bucket_bins),
    # https://trino.io/docs/current/functions/bitwise.html
    "bit_count(bigint, bigint) -> bigint": when_given(bit_count),
    "bitwise_and(bigint, bigint) -> bigint": "({0} & {1})",
    **{f"bitwise_left_shift({kind}, bigint) -> {kind}": when_given(shift_left(bits)) for kind, bits in BITS.items()},
    "bitwise_not(bigint) -> bigint": "(~{0})",
    "bitwise_or(bigint, bigint) -> bigint": "({0} | {1})",
    **{f"bitwise_right_shift({kind}, bigint) -> {kind}": when_given(shift_right(bits)) for kind, bits in BITS.items()},
    " | ".join(f"bitwise_right_shift_arithmetic({kind}, bigint) -> {kind}" for kind in BITS): when_given(
        shift_right_signed
    ),
    "bitwise_xor(bigint, bigint) -> bigint": "xor({0}, {1})",
    "uuid() -> uuid": "CAST(uuid() AS VARCHAR)",
}
