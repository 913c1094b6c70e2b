namespace Drivers.Hashing.Bm13xx;

/// <summary>Which of the chips' answers are for whom, and which of their results may be what they claim.</summary>
internal sealed class AnswerFilter(ChainWire wire, Telemetry telemetry, JobEncoder jobs)
{
    /// <summary>Of the job with nothing in it.</summary>
    public const int EmptySlot = 0;

    private readonly UInt256 worth = Targets.FromZeroBits(wire.Config.ReportedZeroBits);
    private long disbelieved;
    private long unasked;
    private long smallCores;

    public LeftAside LeftAside => new(disbelieved, unasked, smallCores);

    private ChipModel Model => wire.Model;

    /// <summary>True with a claim that is worth hashing; an answer that is none goes to whoever asked for it.</summary>
    /// <param name="isRunning">The chain takes jobs.</param>
    public bool Believes(in Response response, bool isRunning, out FoundNonce found)
    {
        found = default;
        if (!response.IsNonce)
        {
            Hear(response);
            return false;
        }

        if (isRunning && !(wire.HadEmptyJob && !jobs.HasSent))
        {
            found = jobs.Found(response, wire.Config.Chips);
            if (wire.Now >= wire.Chips[found.Chip].MutedUntil && !IsOfNothing(found))
            {
                Compare(response);
                return true;
            }
        }

        disbelieved++;
        return false;
    }

    /// <summary>
    /// What was found of the job with nothing in it may have been on its way when the first work took over its slot: it
    /// hashes to what it claims with that job alone.
    /// </summary>
    private bool IsOfNothing(in FoundNonce found) => wire.HadEmptyJob && jobs.IsFirstRound && found.Slot == EmptySlot
        && Sha256d.Hash(default, found.VersionBits, found.Nonce) <= worth;

    private void Hear(in Response response)
    {
        if (!wire.Inquiry.Hear(response, Model.NamesAnswers, wire.Now) && !telemetry.Hear(response))
        {
            unasked++;
        }
    }

    /// <summary>A result names its small core twice, in its header and in its version.</summary>
    private void Compare(in Response response)
    {
        if (Model.RollsVersions && ((Model.Below(response.ResultHeader) ^ response.Version) & Model.ToldTwice) != 0)
        {
            smallCores++;
        }
    }
}
