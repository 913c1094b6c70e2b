using CsCheck;

namespace Firmware.StratumV2;

public class TransactionSequenceTests
{
    // SEQ0_64K[B0_16M] by spec 3.1: a count of two bytes, lengths of three, all least significant first.
    private static readonly byte[] Wire = [3, 0, 2, 0, 0, 0xAA, 0xBB, 0, 0, 0, 1, 0, 0, 0xCC];

    [Fact]
    public void TransactionsComeInOrderAndTheRestStaysUnread()
    {
        var payload = new PayloadReader([.. Wire, 0xEE]);

        var transactions = payload.Seq064KOfB016M();

        Assert.Equal(3, transactions.Count);
        Assert.Equal(["aabb", "", "cc"], Texts(transactions));
        Assert.Equal((byte[])[0xEE], payload.Rest);
    }

    [Fact]
    public void CutAnywhereIsAProtocolErrorAndNothingElse()
    {
        for (var length = 0; length < Wire.Length; length++)
        {
            var cut = Wire[..length];
            Assert.Throws<ProtocolException>(() => Read(cut));
        }
    }

    [Fact]
    public void ACountWithoutTransactionsIsAProtocolError() =>
        Assert.Throws<ProtocolException>(() => Read([0xFF, 0xFF, 0, 0, 0, 0, 0, 0, 0, 0]));

    [Fact]
    public void CutTransactionsOfOurOwnAreOurMistake()
    {
        foreach (var length in (int[])[1, 2, 3, 4, 6, 7, 9, 10, 11])
        {
            Assert.Throws<ArgumentException>(() => new TransactionSequence(Wire.AsSpan(2, length)).Count);
        }
    }

    [Fact]
    public void MoreThanTheCountCanSayAreOurMistake() => Assert.Throws<ArgumentOutOfRangeException>(() =>
    {
        var payload = new PayloadWriter(new byte[300_000]);
        payload.Seq064KOfB016M(new TransactionSequence(new byte[65_536 * 3]));
    });

    [Fact]
    public void WhatWasPutTogetherIsReadAgain() => Gen.Byte.Array[0, 400].Array[0, 50].Sample(items =>
    {
        var bytes = new byte[50 * 403];
        var parts = new PayloadWriter(bytes);
        foreach (var item in items)
        {
            parts.B016M(item);
        }

        var dirty = new byte[2 + parts.Length];
        dirty.AsSpan().Fill(0xFF);
        var payload = new PayloadWriter(dirty);
        payload.Seq064KOfB016M(new TransactionSequence(bytes.AsSpan(0, parts.Length)));

        var read = new PayloadReader(dirty);
        return Texts(read.Seq064KOfB016M()).SequenceEqual(items.Select(Convert.ToHexStringLower));
    });

    private static int Read(byte[] bytes)
    {
        var payload = new PayloadReader(bytes);
        return payload.Seq064KOfB016M().Count;
    }

    private static List<string> Texts(TransactionSequence transactions)
    {
        var texts = new List<string>();
        foreach (var transaction in transactions)
        {
            texts.Add(Convert.ToHexStringLower(transaction));
        }

        return texts;
    }
}
