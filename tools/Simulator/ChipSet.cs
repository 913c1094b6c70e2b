using System.Globalization;

namespace Simulator;

/// <summary>Some chips of a chain, or of its domains, by their places; 0 is nearest the host. Never changes.</summary>
public sealed class ChipSet
{
    public const int PlacesMax = 128;

    public static readonly ChipSet None = new(UInt128.Zero);

    private readonly UInt128 members;

    private ChipSet(UInt128 members) => this.members = members;

    public static ChipSet Of(params ReadOnlySpan<int> places)
    {
        var members = UInt128.Zero;
        foreach (var place in places)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(place);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(place, PlacesMax);
            members |= UInt128.One << place;
        }

        return new ChipSet(members);
    }

    /// <summary>"17,90", or "none".</summary>
    /// <exception cref="FormatException">It is no such list.</exception>
    public static ChipSet Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text == "none")
        {
            return None;
        }

        var places = new List<int>();
        foreach (var word in text.Split(','))
        {
            places.Add(int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var place)
                && place < PlacesMax
                ? place
                : throw new FormatException($"'{text}' is no list of places from 0 to {PlacesMax - 1} like '17,90'."));
        }

        return Of([.. places]);
    }

    public bool Has(int place) => place < PlacesMax && (members >> place & 1) != 0;
}
