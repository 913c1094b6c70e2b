namespace Simulator.Chips;

public class CrcTests
{
    [Theory]
    [InlineData("55AA", 54)]
    [InlineData("none", 13)]
    public void EveryCapturedCommandHasTheChecksumOfItsBody(string preamble, int count)
    {
        var commands = Captures.Commands(preamble).ToArray();

        Assert.Equal(count, commands.Length);
        Assert.All(commands, command => Assert.Equal(command.Crc, Crc.Five(command.Body, command.Body.Length * 8)));
    }

    [Fact]
    public void EveryCapturedResponseHasTheChecksumOfItsPayloadAndType()
    {
        var responses = Captures.Responses().ToArray();

        Assert.Equal(39, responses.Length);
        Assert.All(responses, response =>
        {
            byte[] whole = [.. response.Payload, response.Last];
            Assert.Equal(response.Last & 0x1F, Crc.Five(whole, response.Payload.Length * 8 + 3));
            Assert.Equal(0, Crc.Five(whole, whole.Length * 8));
        });
    }

    [Fact]
    public void CapturedJobsHaveTheChecksumAtTheirEnd()
    {
        Assert.Equal(0x721C, Crc.Sixteen(Captures.GammaShare().Job.AsSpan()[2..^2]));
        Assert.Equal(0x5ABC, Crc.Sixteen(Captures.BlockJob().AsSpan()[2..^2]));
    }
}
