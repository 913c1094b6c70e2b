namespace Drivers.Hashing.Bm13xx;

/// <summary>Counts the chips that answer one broadcast read of CHIP_ID. Over once the line stays silent.</summary>
internal sealed class RollCall(ushort model, int expected)
{
    /// <summary>How long a missing chip is waited for after the last answer.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(1);

    /// <summary>How long after the last expected answer one too many would still arrive.</summary>
    private static readonly TimeSpan Settled = TimeSpan.FromMilliseconds(100);

    /// <summary>A line that never falls silent is no chain.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    private TimeSpan asked;
    private TimeSpan heard;

    /// <summary>Chips of the right model that answered.</summary>
    public int Answered { get; private set; }

    /// <summary>What another model answered with, if one did.</summary>
    public ushort? Stranger { get; private set; }

    public bool IsComplete => Answered == expected && Stranger is null;

    /// <summary>When the count is final; every answer moves it.</summary>
    public TimeSpan EndsAt
    {
        get
        {
            var end = heard + (Answered >= expected ? Settled : Silence);
            return end < asked + Longest ? end : asked + Longest;
        }
    }

    public void Begin(TimeSpan now)
    {
        asked = heard = now;
        Answered = 0;
        Stranger = null;
    }

    public void Hear(ChipId id, TimeSpan now)
    {
        heard = now;
        if (id.Model == model)
        {
            Answered++;
        }
        else
        {
            Stranger = id.Model;
        }
    }
}
