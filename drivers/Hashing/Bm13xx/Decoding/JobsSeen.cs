namespace Drivers.Hashing.Bm13xx.Decoding;

/// <summary>A job of a capture.</summary>
/// <param name="Id">As it was sent.</param>
/// <param name="Header">Of a job of midstates nothing but its end is known.</param>
/// <param name="Mask">The version bits that the chips were told to roll, where a header has them.</param>
internal sealed record JobSeen(byte Id, BlockHeader Header, byte[] Tail, Midstate[] Midstates, uint Mask);

/// <summary>A nonce, hashed again with its job.</summary>
/// <param name="Midstate">Which one; null where the job brought the whole header.</param>
/// <param name="Version">Null of a job of midstates.</param>
internal readonly record struct Rehashed(JobSeen Job, int? Midstate, uint? Version, UInt256 Hash)
{
    public double Difficulty => Targets.Difficulty(Hash);

    public int ZeroBits => 256 - (int)Hash.ToBigInteger().GetBitLength();
}

/// <summary>The jobs of a capture, for the nonces that follow them.</summary>
internal sealed class JobsSeen(ChipModel model)
{
    /// <summary>Results of the job before may still be under way when its number is used again.</summary>
    private const int Kept = 2;

    private readonly Dictionary<byte, List<JobSeen>> jobs = [];

    /// <summary>What the chips were told to roll, at last.</summary>
    public uint Mask { get; set; } = VersionRolling.HeaderMask;

    /// <param name="frame">Whole and sound, its preamble included.</param>
    public JobSeen Add(ReadOnlySpan<byte> frame)
    {
        var job = Read(frame);
        var key = Key(job.Id);
        var same = jobs.TryGetValue(key, out var known) ? known : jobs[key] = [];
        same.Insert(0, job);
        same.RemoveRange(Math.Min(Kept, same.Count), Math.Max(same.Count - Kept, 0));
        return job;
    }

    public JobSeen Read(ReadOnlySpan<byte> frame)
    {
        var body = frame[model.Commands.Preamble.Length..];
        if (model.Format == JobFormat.FullHeader)
        {
            return new JobSeen(body[2], JobFrame.Read(frame), [], [], Mask);
        }

        var (tail, midstates) = MidstateFrame.Read(body);
        var end = new byte[BlockHeader.Size];
        tail.CopyTo(end, Sha256d.MidstateBytes);
        return new JobSeen(body[2], BlockHeader.Read(end), tail, midstates, Mask);
    }

    /// <summary>Of the jobs that it may belong to the one whose hash is smallest; null where none was seen.</summary>
    public Rehashed? Rehash(in Response response, bool tellsVersion)
    {
        Rehashed? best = null;
        foreach (var found in model.Format == JobFormat.FullHeader
            ? WithHeader(response, tellsVersion)
            : WithMidstate(response))
        {
            best = best is { } known && known.Hash <= found.Hash ? best : found;
        }

        return best;
    }

    private byte Key(byte id) => model.Format == JobFormat.FullHeader
        ? (byte)(id >> model.JobIdShift & (model.Slots - 1))
        : id;

    private List<Rehashed> WithHeader(in Response response, bool tellsVersion)
    {
        var all = new List<Rehashed>();
        if (!jobs.TryGetValue((byte)(model.Slot(response.ResultHeader) & (model.Slots - 1)), out var known))
        {
            return all;
        }

        foreach (var job in known)
        {
            foreach (var mask in new[] { job.Mask, Mask }.Distinct())
            {
                var rolled = tellsVersion ? mask : 0;
                var version = (job.Header.Version & ~rolled) | (VersionRolling.ToHeader(response.Version) & rolled);
                var header = job.Header with { Version = version, Nonce = response.Nonce };
                all.Add(new Rehashed(job, null, version, header.Hash()));
            }
        }

        return all;
    }

    /// <summary>The id has as many bits free below as the job's midstates need.</summary>
    private List<Rehashed> WithMidstate(in Response response)
    {
        var all = new List<Rehashed>();
        foreach (var count in model.MidstateCounts)
        {
            var below = (byte)(count - 1);
            if (!jobs.TryGetValue((byte)(response.ResultHeader & ~below), out var known))
            {
                continue;
            }

            foreach (var job in known.Where(job => job.Midstates.Length == count))
            {
                var midstate = response.ResultHeader & below;
                var hash = Sha256d.FinishHeader(job.Midstates[midstate], job.Tail, response.Nonce);
                all.Add(new Rehashed(job, midstate, null, hash));
            }
        }

        return all;
    }
}
