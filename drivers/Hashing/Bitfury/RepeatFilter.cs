namespace Drivers.Hashing.Bitfury;

/// <summary>
/// The newest results of one chip: a chip that gets no new work in time goes through the old one again and finds the
/// same once more, which is neither news nor an error.
/// </summary>
internal sealed class RepeatFilter
{
    private const int Kept = 32;

    private readonly (long Work, uint Nonce)[] results = new (long, uint)[Kept];
    private int next;

    public bool IsRepeat(WorkKey work, uint nonce)
    {
        if (Array.IndexOf(results, (work.Serial, nonce)) >= 0)
        {
            return true;
        }

        results[next] = (work.Serial, nonce);
        next = (next + 1) % Kept;
        return false;
    }
}
