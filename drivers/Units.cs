namespace Drivers;

/// <summary>A temperature. NaN and anything below absolute zero is refused.</summary>
public readonly record struct Celsius : IComparable<Celsius>
{
    public static readonly Celsius AbsoluteZero = new(-273.15);

    public Celsius(double degrees)
    {
        if (!(degrees >= -273.15)) // Not "<": so that NaN is refused as well.
        {
            throw new ArgumentOutOfRangeException(nameof(degrees), degrees, "No temperature.");
        }

        Degrees = degrees;
    }

    public double Degrees { get; }

    public static bool operator <(Celsius left, Celsius right) => left.Degrees < right.Degrees;

    public static bool operator >(Celsius left, Celsius right) => left.Degrees > right.Degrees;

    public static bool operator <=(Celsius left, Celsius right) => left.Degrees <= right.Degrees;

    public static bool operator >=(Celsius left, Celsius right) => left.Degrees >= right.Degrees;

    public int CompareTo(Celsius other) => Degrees.CompareTo(other.Degrees);

    public override string ToString() => $"{Degrees:0.0} °C";
}

/// <summary>A voltage; negative values are measurements of an offset, never set-points.</summary>
public readonly record struct Volts(double Value)
{
    public double Value { get; } = Quantity.Finite(Value, nameof(Value));

    public override string ToString() => $"{Value:0.000} V";
}

/// <summary>A current.</summary>
public readonly record struct Amperes(double Value)
{
    public double Value { get; } = Quantity.Finite(Value, nameof(Value));

    public override string ToString() => $"{Value:0.00} A";
}

/// <summary>A power.</summary>
public readonly record struct Watts(double Value)
{
    public double Value { get; } = Quantity.Finite(Value, nameof(Value));

    public override string ToString() => $"{Value:0.0} W";
}

/// <summary>A clock frequency, never negative.</summary>
public readonly record struct Megahertz(double Value)
{
    public double Value { get; } = Quantity.NotNegative(Value, nameof(Value));

    public override string ToString() => $"{Value:0.##} MHz";
}

/// <summary>A fan speed in revolutions per minute, never negative.</summary>
public readonly record struct Rpm(double Value)
{
    public double Value { get; } = Quantity.NotNegative(Value, nameof(Value));

    public override string ToString() => $"{Value:0} rpm";
}

/// <summary>How much of its full drive an actuator gets, 0 to 1.</summary>
public readonly record struct DutyCycle
{
    public static readonly DutyCycle Full = new(1);

    public DutyCycle(double fraction)
    {
        if (!(fraction is >= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(fraction), fraction, "A duty cycle lies between 0 and 1.");
        }

        Fraction = fraction;
    }

    public double Fraction { get; }

    public override string ToString() => $"{Fraction * 100:0} %";
}

internal static class Quantity
{
    public static double Finite(double value, string name) =>
        double.IsFinite(value) ? value : throw new ArgumentOutOfRangeException(name, value, "Not a finite number.");

    public static double NotNegative(double value, string name) =>
        double.IsFinite(value) && value >= 0
            ? value
            : throw new ArgumentOutOfRangeException(name, value, "Neither negative nor infinite.");
}
